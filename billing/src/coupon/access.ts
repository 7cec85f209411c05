/** The coupons a viewer may see: staff and API keys, of their merchant. Customers see none. */
import type { Prisma } from '@4geeks/prisma';
import type { Viewer } from '../access/viewer.ts';
import { nothing } from '../customer/access.ts';

export function couponsVisibleTo(viewer: Viewer): Prisma.CouponWhereInput {
  return viewer.kind === 'staff' || viewer.kind === 'apiKey'
    ? { merchantId: viewer.merchantId }
    : nothing;
}

/** The people a viewer may see: staff and API keys, those of their merchant. */
import type { Prisma } from '@4geeks/prisma';
import type { Viewer } from '../access/viewer.ts';
import { nothing } from '../customer/access.ts';

export function staffMembersVisibleTo(viewer: Viewer): Prisma.StaffMemberWhereInput {
  return viewer.kind === 'staff' || viewer.kind === 'apiKey'
    ? { merchantId: viewer.merchantId }
    : nothing;
}

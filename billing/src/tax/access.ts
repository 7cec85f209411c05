/** The tax rates a viewer may see: staff and API keys, of their merchant. Customers see none. */
import type { Prisma } from '@4geeks/prisma';
import type { Viewer } from '../access/viewer.ts';
import { nothing } from '../customer/access.ts';

export function taxRatesVisibleTo(viewer: Viewer): Prisma.TaxRateWhereInput {
  return viewer.kind === 'staff' || viewer.kind === 'apiKey'
    ? { merchantId: viewer.merchantId }
    : nothing;
}

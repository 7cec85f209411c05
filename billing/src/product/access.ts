/** Products and prices: the merchant's, for staff and API keys. Customers see what they bought. */
import type { Viewer } from '../access/viewer.ts';
import { nothing } from '../customer/access.ts';

export function productsVisibleTo(viewer: Viewer): { merchantId: string } | typeof nothing {
  return viewer.kind === 'staff' || viewer.kind === 'apiKey'
    ? { merchantId: viewer.merchantId }
    : nothing;
}

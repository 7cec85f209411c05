/** The discounts a viewer may see: those of the subscriptions and invoices they may. */
import type { Prisma } from '@4geeks/prisma';
import type { Viewer } from '../access/viewer.ts';
import { invoicesVisibleTo } from '../invoice/access.ts';
import { subscriptionsVisibleTo } from '../subscription/access.ts';

export function discountsVisibleTo(viewer: Viewer): Prisma.DiscountWhereInput {
  return {
    OR: [{ subscription: subscriptionsVisibleTo(viewer) }, { invoice: invoicesVisibleTo(viewer) }],
  };
}

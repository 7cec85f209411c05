/** The subscriptions a viewer may see: the merchant's, or the customer's own. */
import type { Prisma } from '@4geeks/prisma';
import type { Viewer } from '../access/viewer.ts';
import { ownedRowsVisibleTo } from '../customer/access.ts';

export function subscriptionsVisibleTo(viewer: Viewer): Prisma.SubscriptionWhereInput {
  return ownedRowsVisibleTo(viewer);
}

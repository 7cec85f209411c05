import type { Subscription } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { ConflictError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { refuseArchived } from './chosen-prices.ts';
import { lockSubscription } from './lock-subscription.ts';
import { startSubscription } from './start-subscription.ts';
import { statusAfter } from './transitions.ts';

/**
 * Takes up an ended subscription: a new one with the same items begins now, without a trial, and is
 * billed at once. The old one stays as it is.
 *
 * @returns the new one.
 * @throws NotFoundError subscription
 * @throws ConflictError SUBSCRIPTION_NOT_ENDED, ALREADY_RESUBSCRIBED, PRICE_ARCHIVED,
 *   PRODUCT_ARCHIVED
 */
export async function resubscribe(
  billing: Billing,
  actor: Actor,
  { subscriptionId }: { subscriptionId: string },
): Promise<Subscription> {
  authorize(actor, { staff: 'subscriptions:write', apiKey: 'subscriptions:write' });

  return inTransaction(billing, actor, async (transaction) => {
    const { database } = transaction;
    const { status } = await lockSubscription(transaction, actor, subscriptionId);
    statusAfter('resubscribe', status);
    const { customer, items, nextSubscriptions } = await database.subscription.findUniqueOrThrow({
      where: { id: subscriptionId },
      include: {
        customer: { include: { merchant: { select: { timeZone: true } } } },
        items: { include: { price: { include: { product: true } } }, orderBy: { id: 'asc' } },
        nextSubscriptions: { where: { endedAt: null }, take: 1 },
      },
    });
    if (nextSubscriptions.length > 0) {
      throw new ConflictError('ALREADY_RESUBSCRIBED', 'It has been taken up by another already.');
    }
    for (const { price } of items) refuseArchived(price);
    return startSubscription(transaction, {
      customer,
      items,
      trialDays: 0,
      previousSubscriptionId: subscriptionId,
    });
  });
}

import type { Subscription } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { lockSubscription } from './lock-subscription.ts';
import { refuse, statusAfter } from './transitions.ts';

/**
 * Forgets the change planned for the end of the period.
 *
 * @throws NotFoundError subscription
 * @throws ConflictError SUBSCRIPTION_ENDED, NO_CHANGE_PLANNED
 */
export async function undoSubscriptionChange(
  billing: Billing,
  actor: Actor,
  { subscriptionId }: { subscriptionId: string },
): Promise<Subscription> {
  authorize(actor, { staff: 'subscriptions:write', apiKey: 'subscriptions:write' });

  return inTransaction(billing, actor, async (transaction) => {
    const { database, record } = transaction;
    const { merchantId } = actor;
    const subscription = await lockSubscription(transaction, actor, subscriptionId);
    statusAfter('undoChange', subscription.status);
    const { count } = await database.subscriptionScheduledItem.deleteMany({
      where: { merchantId, subscriptionId },
    });
    if (count === 0) throw refuse('NO_CHANGE_PLANNED');
    await record({
      merchantId,
      customerId: subscription.customerId,
      type: 'subscription.change_undone',
      objectType: 'subscription',
      objectId: subscriptionId,
      data: {},
    });
    return subscription;
  });
}

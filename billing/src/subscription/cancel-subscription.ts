import type { CancellationReason, Subscription } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { ConflictError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { lockSubscription } from './lock-subscription.ts';

export interface CancelSubscriptionInput {
  subscriptionId: string;
  reason?: CancellationReason | null;
  /** Free text; at most 1000 characters are kept. */
  comment?: string | null;
}

/**
 * Cancels at the end of the current period: it stays usable until then and can be undone.
 *
 * @throws NotFoundError subscription
 * @throws ConflictError SUBSCRIPTION_ENDED, ALREADY_CANCELING
 */
export async function cancelSubscription(
  billing: Billing,
  actor: Actor,
  { subscriptionId, reason = null, comment = null }: CancelSubscriptionInput,
): Promise<Subscription> {
  authorize(actor, {
    staff: 'subscriptions:write',
    apiKey: 'subscriptions:write',
    portal: 'CANCEL_SUBSCRIPTION',
  });

  return inTransaction(billing, actor, async (transaction) => {
    const { database, now, record } = transaction;
    const subscription = await lockSubscription(transaction, actor, subscriptionId);
    if (subscription.endedAt) {
      throw new ConflictError('SUBSCRIPTION_ENDED', 'The subscription has ended.');
    }
    if (subscription.cancelAtPeriodEnd) {
      throw new ConflictError('ALREADY_CANCELING', 'The subscription is already being canceled.');
    }
    const canceled = await database.subscription.update({
      where: { id: subscriptionId },
      data: {
        cancelAtPeriodEnd: true,
        canceledAt: now,
        // An unpaid one renews no more, but still has to end.
        nextRenewalAt: subscription.currentPeriodEnd,
        cancellationReason: reason,
        cancellationComment: comment?.trim().slice(0, 1000) || null,
      },
    });
    // Cancelling stops retries at once; what is open can still be paid.
    await database.invoice.updateMany({
      where: { merchantId: actor.merchantId, subscriptionId, status: 'OPEN' },
      data: { nextAttemptAt: null },
    });
    await record({
      merchantId: actor.merchantId,
      customerId: subscription.customerId,
      type: 'subscription.cancellation_scheduled',
      objectType: 'subscription',
      objectId: subscriptionId,
      data: { endsAt: subscription.currentPeriodEnd.toISOString(), reason },
    });
    return canceled;
  });
}

import type { CancellationReason, Subscription } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { ForbiddenError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { endSubscription } from './end-subscription.ts';
import { lockSubscription } from './lock-subscription.ts';
import { refuseCanceling, statusAfter } from './transitions.ts';

export interface CancelSubscriptionInput {
  subscriptionId: string;
  /** Default PERIOD_END. NOW is not for customers. */
  when?: 'PERIOD_END' | 'NOW';
  reason?: CancellationReason | null;
  /** Free text; at most 1000 characters are kept. */
  comment?: string | null;
}

/**
 * Cancels at the end of the current period: it stays usable until then and can be undone. Or now:
 * that is final, and nothing is given back. A paused one has no period to end with and ends now.
 *
 * @throws ForbiddenError NOT_FOR_CUSTOMERS when a customer asks for NOW
 * @throws NotFoundError subscription
 * @throws ConflictError SUBSCRIPTION_ENDED, ALREADY_CANCELING
 */
export async function cancelSubscription(
  billing: Billing,
  actor: Actor,
  { subscriptionId, when = 'PERIOD_END', reason = null, comment = null }: CancelSubscriptionInput,
): Promise<Subscription> {
  authorize(actor, {
    staff: 'subscriptions:write',
    apiKey: 'subscriptions:write',
    portal: 'CANCEL_SUBSCRIPTION',
  });
  if (when === 'NOW' && actor.kind === 'customer') throw new ForbiddenError('NOT_FOR_CUSTOMERS');

  return inTransaction(billing, actor, async (transaction) => {
    const { database, now, record } = transaction;
    const subscription = await lockSubscription(transaction, actor, subscriptionId);
    const { status } = subscription;
    const next = statusAfter(when === 'NOW' ? 'cancelNow' : 'cancelAtPeriodEnd', status);
    const said = {
      cancellationReason: reason,
      cancellationComment: comment?.trim().slice(0, 1000) || null,
    };
    if (next === 'CANCELED') {
      // What was said when it was scheduled stays, unless something is said now.
      if (reason || said.cancellationComment) {
        await database.subscription.update({ where: { id: subscriptionId }, data: said });
      }
      await endSubscription(transaction, subscription, now);
      return database.subscription.findUniqueOrThrow({ where: { id: subscriptionId } });
    }
    refuseCanceling(subscription);
    const canceled = await database.subscription.update({
      where: { id: subscriptionId },
      data: {
        cancelAtPeriodEnd: true,
        canceledAt: now,
        // An unpaid one renews no more, but still has to end.
        nextRenewalAt: subscription.currentPeriodEnd,
        ...said,
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

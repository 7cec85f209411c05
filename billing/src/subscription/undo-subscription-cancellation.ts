import type { Subscription } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { resumeRetries } from '../invoice/resume-retries.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { lockSubscription } from './lock-subscription.ts';
import { refuse, statusAfter } from './transitions.ts';

/**
 * Takes a cancellation back, until the period ends. Retries of open past-due invoices resume.
 *
 * @throws NotFoundError subscription
 * @throws ConflictError SUBSCRIPTION_ENDED, NOT_CANCELING
 */
export async function undoSubscriptionCancellation(
  billing: Billing,
  actor: Actor,
  { subscriptionId }: { subscriptionId: string },
): Promise<Subscription> {
  authorize(actor, {
    staff: 'subscriptions:write',
    apiKey: 'subscriptions:write',
    portal: 'CANCEL_SUBSCRIPTION',
  });

  return inTransaction(billing, actor, async (transaction) => {
    const { database, record } = transaction;
    const subscription = await lockSubscription(transaction, actor, subscriptionId);
    statusAfter('undoCancellation', subscription.status);
    if (!subscription.cancelAtPeriodEnd) throw refuse('NOT_CANCELING');
    const kept = await database.subscription.update({
      where: { id: subscriptionId },
      data: {
        cancelAtPeriodEnd: false,
        canceledAt: null,
        ...(subscription.status === 'UNPAID' ? { nextRenewalAt: null } : {}),
        cancellationReason: null,
        cancellationComment: null,
      },
    });
    await resumeRetries(transaction, subscription);
    await record({
      merchantId: actor.merchantId,
      customerId: subscription.customerId,
      type: 'subscription.cancellation_undone',
      objectType: 'subscription',
      objectId: subscriptionId,
      data: {},
    });
    return kept;
  });
}

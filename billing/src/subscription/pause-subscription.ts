import type { Subscription } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { InvalidInputError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { lockSubscription } from './lock-subscription.ts';
import { refuseCanceling, refuseRenewalDue, statusAfter } from './transitions.ts';

export interface PauseSubscriptionInput {
  subscriptionId: string;
  /** When it goes on by itself; null: when somebody resumes it. */
  resumesAt?: Date | null;
}

/**
 * Stops a subscription until it is resumed: no period begins or is billed, what is open stays open
 * and can be paid, retries stop. The rest of the period that was running is not given back: resuming
 * begins a new one.
 *
 * @throws NotFoundError subscription
 * @throws InvalidInputError RESUMES_AT_PAST
 * @throws ConflictError SUBSCRIPTION_ENDED, SUBSCRIPTION_TRIALING, SUBSCRIPTION_UNPAID,
 *   ALREADY_PAUSED, ALREADY_CANCELING, RENEWAL_DUE
 */
export async function pauseSubscription(
  billing: Billing,
  actor: Actor,
  { subscriptionId, resumesAt = null }: PauseSubscriptionInput,
): Promise<Subscription> {
  authorize(actor, { staff: 'subscriptions:write', apiKey: 'subscriptions:write' });

  return inTransaction(billing, actor, async (transaction) => {
    const { database, now, record } = transaction;
    const { merchantId } = actor;
    if (resumesAt && resumesAt <= now) {
      throw new InvalidInputError('resumesAt', 'RESUMES_AT_PAST', 'It resumes in the future.');
    }
    const subscription = await lockSubscription(transaction, actor, subscriptionId);
    const status = statusAfter('pause', subscription.status);
    refuseCanceling(subscription);
    refuseRenewalDue(subscription, now);
    const paused = await database.subscription.update({
      where: { id: subscriptionId },
      data: { status, pausedAt: now, resumesAt, nextRenewalAt: null },
    });
    await database.invoice.updateMany({
      where: { merchantId, subscriptionId, status: 'OPEN' },
      data: { nextAttemptAt: null },
    });
    await record({
      merchantId,
      customerId: subscription.customerId,
      type: 'subscription.paused',
      objectType: 'subscription',
      objectId: subscriptionId,
      data: { resumesAt: resumesAt?.toISOString() ?? null },
    });
    return paused;
  });
}

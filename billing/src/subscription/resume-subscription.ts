import type { Subscription } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { lockSubscription } from './lock-subscription.ts';
import { takeUpSubscription } from './take-up-subscription.ts';

/**
 * Ends a pause now: a new period begins, is billed at once, and all later ones are counted from it.
 *
 * @throws NotFoundError subscription
 * @throws ConflictError SUBSCRIPTION_ENDED, NOT_PAUSED
 */
export async function resumeSubscription(
  billing: Billing,
  actor: Actor,
  { subscriptionId }: { subscriptionId: string },
): Promise<Subscription> {
  authorize(actor, { staff: 'subscriptions:write', apiKey: 'subscriptions:write' });

  return inTransaction(billing, actor, async (transaction) => {
    const { database, now } = transaction;
    const { id } = await lockSubscription(transaction, actor, subscriptionId);
    const subscription = await database.subscription.findUniqueOrThrow({
      where: { id },
      include: { customer: true, merchant: { select: { timeZone: true } } },
    });
    return takeUpSubscription(transaction, subscription, now);
  });
}

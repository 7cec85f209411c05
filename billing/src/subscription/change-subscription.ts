import type { Subscription } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { applySubscriptionChange } from './apply-subscription-change.ts';
import { lockSubscription } from './lock-subscription.ts';
import { planSubscriptionChange, type SubscriptionChange } from './plan-subscription-change.ts';

/**
 * Changes plan or quantity.
 *
 * NOW: prorated to the second. What is to be paid is invoiced and collected at once; what is owed to
 * the customer goes to their balance, which the next invoices use up. In a trial nothing has been
 * billed, and nothing is. A change that had been planned is forgotten.
 *
 * NOW, to prices of another interval: what is unused of the period goes to the balance, and a whole
 * period of the new interval begins and is invoiced. A trial keeps its end.
 *
 * PERIOD_END: planned, in place of what had been planned; the renewal bills it, by the new interval.
 *
 * @throws NotFoundError subscription, price
 * @throws InvalidInputError ITEMS_REQUIRED, QUANTITY_INVALID, PRICES_DIFFER
 * @throws ConflictError as docs/subscription-states.md says
 */
export async function changeSubscription(
  billing: Billing,
  actor: Actor,
  change: SubscriptionChange,
): Promise<Subscription> {
  authorize(actor, { staff: 'subscriptions:write', apiKey: 'subscriptions:write' });
  const { merchantId } = actor;

  return inTransaction(billing, actor, async (transaction) => {
    const { database, now, tax } = transaction;
    await lockSubscription(transaction, actor, change.subscriptionId);
    const plan = await planSubscriptionChange(database, tax, merchantId, change, now);
    await applySubscriptionChange(transaction, plan, change.when, 'STAFF');
    return database.subscription.findUniqueOrThrow({ where: { id: change.subscriptionId } });
  });
}

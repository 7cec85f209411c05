import type { Subscription } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { creditUnusedTime } from '../balance/credit-unused-time.ts';
import { issueInvoice } from '../invoice/issue-invoice.ts';
import { allocate } from '../money/allocate.ts';
import type { Billing } from '../ports.ts';
import { inTransaction, type BillingTransaction } from '../transaction.ts';
import { lockSubscription } from './lock-subscription.ts';
import {
  planSubscriptionChange,
  type PlannedSubscriptionChange,
  type SubscriptionChange,
} from './plan-subscription-change.ts';
import { replaceItems } from './replace-items.ts';

/**
 * Changes plan or quantity.
 *
 * NOW: prorated to the second. What is to be paid is invoiced and collected at once; what is owed to
 * the customer goes to their balance, which the next invoices use up. In a trial nothing has been
 * billed, and nothing is. A change that had been planned is forgotten.
 *
 * PERIOD_END: planned, in place of what had been planned; the renewal bills it.
 *
 * @throws NotFoundError subscription, price
 * @throws InvalidInputError ITEMS_REQUIRED, QUANTITY_INVALID
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
    if (change.when === 'NOW') await changeNow(transaction, plan);
    else await schedule(transaction, plan);
    return database.subscription.findUniqueOrThrow({ where: { id: change.subscriptionId } });
  });
}

async function changeNow(
  transaction: BillingTransaction,
  { subscription, items, priced, netMinor, creditedFrom }: PlannedSubscriptionChange,
): Promise<void> {
  const { id, merchantId, customerId, customer, currency } = subscription;
  await replaceItems(transaction, subscription, items);
  await transaction.record({
    merchantId,
    customerId,
    type: 'subscription.changed',
    objectType: 'subscription',
    objectId: id,
    data: { when: 'NOW', netMinor: netMinor.toString(), currency },
  });
  if (netMinor > 0n) {
    await issueInvoice(transaction, {
      merchantId,
      customer,
      subscriptionId: id,
      currency,
      priced,
      period: null,
      trigger: 'STAFF',
    });
  }
  if (creditedFrom.length === 0) return;
  const taxes = allocate(
    -priced.taxMinor,
    creditedFrom.map(({ amountMinor }) => amountMinor),
  );
  for (const [index, source] of creditedFrom.entries()) {
    await creditUnusedTime(transaction, {
      merchantId,
      customerId,
      currency,
      ...source,
      taxMinor: taxes[index]!,
    });
  }
}

async function schedule(
  { database, now, record }: BillingTransaction,
  { subscription, items, effectiveAt }: PlannedSubscriptionChange,
): Promise<void> {
  const { id: subscriptionId, merchantId, customerId } = subscription;
  await database.subscriptionScheduledItem.deleteMany({ where: { merchantId, subscriptionId } });
  await database.subscriptionScheduledItem.createMany({
    data: items.map((item) => ({ ...item, merchantId, subscriptionId, createdAt: now })),
  });
  await record({
    merchantId,
    customerId,
    type: 'subscription.change_scheduled',
    objectType: 'subscription',
    objectId: subscriptionId,
    data: { effectiveAt: effectiveAt.toISOString() },
  });
}

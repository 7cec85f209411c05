import type { Invoice, PaymentTrigger } from '@4geeks/prisma';
import { creditUnusedTime } from '../balance/credit-unused-time.ts';
import { issueInvoice } from '../invoice/issue-invoice.ts';
import { allocate } from '../money/allocate.ts';
import type { BillingTransaction } from '../transaction.ts';
import type { PlannedSubscriptionChange, SubscriptionChange } from './plan-subscription-change.ts';
import { replaceItems } from './replace-items.ts';

/**
 * Does what was reckoned: changes the items, credits and bills, or plans the change for the end of the
 * period. Part of the caller's transaction; the subscription is locked.
 *
 * @param trigger of the payment, where something is to be paid at once.
 * @returns the invoice over what is to be paid; null where nothing is.
 */
export async function applySubscriptionChange(
  transaction: BillingTransaction,
  plan: PlannedSubscriptionChange,
  when: SubscriptionChange['when'],
  trigger: PaymentTrigger,
): Promise<Invoice | null> {
  if (when === 'NOW') return changeNow(transaction, plan, trigger);
  await schedule(transaction, plan);
  return null;
}

async function changeNow(
  transaction: BillingTransaction,
  plan: PlannedSubscriptionChange,
  trigger: PaymentTrigger,
): Promise<Invoice | null> {
  const { subscription, items, periods, netMinor, charge } = plan;
  const { id, merchantId, customerId, customer, currency } = subscription;
  await replaceItems(transaction, subscription, items);
  if (periods) {
    await transaction.database.subscription.update({
      where: { id },
      data: { ...periods, nextRenewalAt: periods.currentPeriodEnd },
    });
  }
  const period = charge?.period;
  await transaction.record({
    merchantId,
    customerId,
    type: 'subscription.changed',
    objectType: 'subscription',
    objectId: id,
    data: {
      when: 'NOW',
      netMinor: netMinor.toString(),
      currency,
      ...(period
        ? { periodStart: period.start.toISOString(), periodEnd: period.end.toISOString() }
        : {}),
    },
  });
  // Before the invoice, which takes it.
  await credit(transaction, plan);
  if (!charge) return null;
  return issueInvoice(transaction, {
    ...charge,
    merchantId,
    customer,
    subscriptionId: id,
    currency,
    trigger,
  });
}

async function credit(
  transaction: BillingTransaction,
  { subscription, creditedFrom, creditedTaxMinor }: PlannedSubscriptionChange,
): Promise<void> {
  if (creditedFrom.length === 0) return;
  const { merchantId, customerId, currency } = subscription;
  const taxes = allocate(
    creditedTaxMinor,
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

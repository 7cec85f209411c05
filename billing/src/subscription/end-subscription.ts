import type { Subscription } from '@4geeks/prisma';
import { loseDunningCases } from '../invoice/dunning-case.ts';
import type { BillingTransaction } from '../transaction.ts';

/**
 * Ends a subscription for good. Its unpaid invoices stay open and can still be paid, but nothing
 * retries them any more: cancelling stops dunning.
 *
 * @param endedAt the instant service ends; the scheduled one, not the job's.
 */
export async function endSubscription(
  { database, now, record }: BillingTransaction,
  subscription: Pick<Subscription, 'id' | 'merchantId' | 'customerId' | 'canceledAt'>,
  endedAt: Date,
): Promise<void> {
  const { id, merchantId, customerId } = subscription;
  await database.subscription.update({
    where: { id },
    data: {
      status: 'CANCELED',
      endedAt,
      canceledAt: subscription.canceledAt ?? now,
      nextRenewalAt: null,
      pausedAt: null,
      resumesAt: null,
    },
  });
  await database.subscriptionScheduledItem.deleteMany({
    where: { merchantId, subscriptionId: id },
  });
  await database.invoice.updateMany({
    where: { merchantId, subscriptionId: id, status: 'OPEN' },
    data: { nextAttemptAt: null },
  });
  await loseDunningCases(database, { merchantId, invoice: { subscriptionId: id } }, now);
  await record({
    merchantId,
    customerId,
    type: 'subscription.canceled',
    objectType: 'subscription',
    objectId: id,
    data: { endedAt: endedAt.toISOString() },
  });
}

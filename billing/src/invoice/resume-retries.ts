import type { Subscription } from '@4geeks/prisma';
import { addDays } from '../period/period.ts';
import type { BillingTransaction } from '../transaction.ts';

/**
 * Puts open past-due invoices of a subscription back on their schedule, unless their last decline
 * was one that only another payment method gets over.
 */
export async function resumeRetries(
  { database, now }: BillingTransaction,
  { id, merchantId }: Pick<Subscription, 'id' | 'merchantId'>,
): Promise<void> {
  const invoices = await database.invoice.findMany({
    where: {
      merchantId,
      subscriptionId: id,
      status: 'OPEN',
      nextAttemptAt: null,
      pastDueSince: { not: null },
    },
    include: {
      dunningPolicy: true,
      payments: { orderBy: { attemptNumber: 'desc' }, take: 1 },
    },
  });
  for (const { id: invoiceId, dunningPolicy, dunningRetries, payments } of invoices) {
    const days = dunningPolicy?.retryDays[dunningRetries];
    if (days === undefined || payments[0]?.declineClass === 'HARD') continue;
    await database.invoice.update({
      where: { id: invoiceId },
      data: { nextAttemptAt: addDays(now, days) },
    });
  }
}

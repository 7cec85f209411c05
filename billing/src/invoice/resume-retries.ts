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
      dunningCase: { select: { lostAt: true } },
      subscription: { select: { status: true } },
      payments: { orderBy: { attemptNumber: 'desc' }, take: 1 },
    },
  });
  for (const { id: invoiceId, dunningPolicy, dunningCase, ...invoice } of invoices) {
    const { dunningRetries, payments, subscription } = invoice;
    // Its schedule was used up: what is left, where it has not been taken, is the final action.
    const endsAt = subscription?.status === 'PAST_DUE' ? dunningCase?.lostAt : null;
    const days = dunningPolicy?.retryDays[dunningRetries];
    const hopeless = days === undefined || payments[0]?.declineClass === 'HARD';
    const nextAttemptAt = endsAt ?? (hopeless ? null : addDays(now, days));
    if (!nextAttemptAt) continue;
    await database.invoice.update({ where: { id: invoiceId }, data: { nextAttemptAt } });
  }
}

import type { Customer, Merchant, Subscription } from '@4geeks/prisma';
import { billedSubscription, issuePeriodInvoice } from '../invoice/issue-period-invoice.ts';
import { resumeRetries } from '../invoice/resume-retries.ts';
import { periodAt } from '../period/period.ts';
import type { BillingTransaction } from '../transaction.ts';
import { applyScheduledItems } from './apply-scheduled-items.ts';
import { statusAfter } from './transitions.ts';

/**
 * Ends a pause: a new period begins at `resumedAt`, from which all later ones are counted, and is
 * billed at once, with the items planned for it and by their interval. Retries of what was past due go
 * on. Part of the caller's transaction; the subscription is locked.
 *
 * @param resumedAt the scheduled instant where it resumes by itself, however late the job runs.
 * @throws ConflictError where it is not paused.
 */
export async function takeUpSubscription(
  transaction: BillingTransaction,
  subscription: Subscription & {
    customer: Customer;
    merchant: Pick<Merchant, 'timeZone'>;
  },
  resumedAt: Date,
): Promise<Subscription> {
  const { database, record } = transaction;
  const { id, merchantId, customerId, customer } = subscription;
  const { timeZone } = subscription.merchant;
  const resumed = statusAfter('resume', subscription.status);
  const pastDue = await database.invoice.count({
    where: { merchantId, subscriptionId: id, status: 'OPEN', pastDueSince: { not: null } },
  });
  const status = pastDue > 0 ? statusAfter('collectionFailed', resumed) : resumed;

  // Paused and resumed at the very beginning of a period: it is billed, and simply goes on.
  const goesOn = subscription.currentPeriodStart >= resumedAt;
  const { interval, intervalCount } = goesOn
    ? subscription
    : await applyScheduledItems(transaction, subscription);
  const period = goesOn
    ? { start: subscription.currentPeriodStart, end: subscription.currentPeriodEnd }
    : periodAt({ interval, intervalCount, billingAnchor: resumedAt, timeZone }, 0);
  const updated = await database.subscription.update({
    where: { id },
    data: {
      status,
      pausedAt: null,
      resumesAt: null,
      ...(goesOn ? {} : { billingAnchor: resumedAt, periodIndex: 0 }),
      currentPeriodStart: period.start,
      currentPeriodEnd: period.end,
      nextRenewalAt: period.end,
    },
  });
  await record({
    merchantId,
    customerId,
    type: 'subscription.resumed',
    objectType: 'subscription',
    objectId: id,
    data: { periodStart: period.start.toISOString(), periodEnd: period.end.toISOString() },
  });
  await resumeRetries(transaction, subscription);
  if (!goesOn) {
    const billed = await database.subscription.findUniqueOrThrow({
      where: { id },
      include: billedSubscription,
    });
    await issuePeriodInvoice(transaction, billed, customer, period);
  }
  return updated;
}

import type { Prisma, Subscription } from '@4geeks/prisma';
import { periodAt } from '../period/period.ts';

/**
 * Where an unpaid subscription goes on once it is paid: with its next period, or, when that has
 * passed, with the one running now. Periods that went by unpaid and unused are never billed.
 *
 * @returns what to update; the renewal itself is the sweep's.
 */
export function resumeRenewals(
  subscription: Pick<
    Subscription,
    | 'billingAnchor'
    | 'interval'
    | 'intervalCount'
    | 'periodIndex'
    | 'currentPeriodStart'
    | 'currentPeriodEnd'
  > & { merchant: { timeZone: string } },
  now: Date,
): Pick<
  Prisma.SubscriptionUncheckedUpdateInput,
  'periodIndex' | 'currentPeriodStart' | 'currentPeriodEnd' | 'nextRenewalAt'
> {
  const recurrence = { ...subscription, timeZone: subscription.merchant.timeZone };
  let periodIndex = subscription.periodIndex;
  let next = periodAt(recurrence, periodIndex + 1);
  while (next.end <= now) {
    periodIndex += 1;
    next = periodAt(recurrence, periodIndex + 1);
  }
  // The first one may be a trial, or have begun within a period: it is as long as it was.
  const current =
    periodIndex === subscription.periodIndex
      ? { start: subscription.currentPeriodStart, end: subscription.currentPeriodEnd }
      : periodAt(recurrence, periodIndex);
  return {
    periodIndex,
    currentPeriodStart: current.start,
    currentPeriodEnd: current.end,
    nextRenewalAt: current.end,
  };
}

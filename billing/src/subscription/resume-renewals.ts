import type { Price, Prisma } from '@4geeks/prisma';
import { periodAt } from '../period/period.ts';
import { countFromPeriodEnd, sameTerms, type CountedPeriods } from './count-periods.ts';

/**
 * Where an unpaid subscription goes on once it is paid: with its next period, or, when that has
 * passed, with the one running now. Periods that went by unpaid and unused are never billed.
 *
 * @returns what to update; the renewal itself is the sweep's.
 */
export function resumeRenewals(
  subscription: CountedPeriods & {
    merchant: { timeZone: string };
    /** Planned for the end of its period; all of one interval. */
    scheduledItems: readonly { price: Pick<Price, 'interval' | 'intervalCount'> }[];
  },
  now: Date,
): Pick<
  Prisma.SubscriptionUncheckedUpdateInput,
  'periodIndex' | 'currentPeriodStart' | 'currentPeriodEnd' | 'nextRenewalAt'
> {
  const { currentPeriodStart, currentPeriodEnd } = subscription;
  const { timeZone } = subscription.merchant;
  const { interval, intervalCount } = subscription.scheduledItems[0]?.price ?? subscription;
  const planned = interval && intervalCount ? { interval, intervalCount } : subscription;
  const changes = !sameTerms(planned, subscription);
  // Those that went by would have been of the planned interval; the renewal begins to count by it.
  const from = changes ? countFromPeriodEnd(subscription, planned, timeZone) : subscription;
  const recurrence = { ...from, timeZone };
  let periodIndex = from.periodIndex;
  let next = periodAt(recurrence, periodIndex + 1);
  while (next.end <= now) {
    periodIndex += 1;
    next = periodAt(recurrence, periodIndex + 1);
  }
  // The first one may be a trial, or have begun within a period: it is as long as it was.
  const current =
    periodIndex === from.periodIndex
      ? { start: currentPeriodStart, end: currentPeriodEnd }
      : periodAt(recurrence, periodIndex);
  return {
    periodIndex: changes ? subscription.periodIndex : periodIndex,
    currentPeriodStart: current.start,
    currentPeriodEnd: current.end,
    nextRenewalAt: current.end,
  };
}

/** From where the periods of a subscription are counted once it has another interval. Pure. */
import type { Subscription } from '@4geeks/prisma';
import { anchorOnDay } from '../period/anchor-on-day.ts';
import { periodAt, periodBoundary, periodIndexAt } from '../period/period.ts';

/** How often a subscription is billed: what all its prices share. */
export type BillingTerms = Pick<Subscription, 'interval' | 'intervalCount'>;

/** How periods are counted, and which one runs. */
export type CountedPeriods = BillingTerms &
  Pick<Subscription, 'billingAnchor' | 'periodIndex' | 'currentPeriodStart' | 'currentPeriodEnd'>;

export function sameTerms(one: BillingTerms, other: BillingTerms): boolean {
  return one.interval === other.interval && one.intervalCount === other.intervalCount;
}

/** A whole period of the new interval begins `now`, in place of the one that runs. */
export function countFromNow(
  { currentPeriodStart }: Pick<Subscription, 'currentPeriodStart'>,
  { interval, intervalCount }: BillingTerms,
  timeZone: string,
  now: Date,
): CountedPeriods {
  const { end } = periodAt({ interval, intervalCount, billingAnchor: now, timeZone }, 0);
  return {
    interval,
    intervalCount,
    billingAnchor: now,
    periodIndex: 0,
    // An invoice is known by where its period begins. Where one has begun at this very instant, the
    // other is told from it by a millisecond, of which no boundary and no amount takes notice.
    currentPeriodStart: now > currentPeriodStart ? now : new Date(currentPeriodStart.getTime() + 1),
    currentPeriodEnd: end,
  };
}

/**
 * What runs, a trial too, runs to its end; the next period is the first of the new interval, and a
 * whole one. A subscription that is billed on the 31st goes on being so, from months to years and back,
 * should the old interval end on the 28th of February.
 */
export function countFromPeriodEnd(
  subscription: CountedPeriods,
  { interval, intervalCount }: BillingTerms,
  timeZone: string,
): CountedPeriods {
  const { currentPeriodStart, currentPeriodEnd } = subscription;
  const counted = { interval, intervalCount, timeZone };
  const onItsDay = { ...counted, billingAnchor: anchorOnItsDay(subscription, counted) };
  const index = periodIndexAt(onItsDay, currentPeriodEnd);
  const begins = periodBoundary(onItsDay, index).getTime() === currentPeriodEnd.getTime();
  return {
    interval,
    intervalCount,
    billingAnchor: begins ? onItsDay.billingAnchor : currentPeriodEnd,
    periodIndex: begins ? index - 1 : -1,
    currentPeriodStart,
    currentPeriodEnd,
  };
}

const isOfMonths = ({ interval }: BillingTerms) => interval === 'MONTH' || interval === 'YEAR';

/** The end of the period, or an instant before it that keeps the day of the month counted by. */
function anchorOnItsDay(
  subscription: CountedPeriods,
  counted: BillingTerms & { timeZone: string },
): Date {
  const { billingAnchor, periodIndex, currentPeriodEnd } = subscription;
  const { timeZone } = counted;
  const boundary = periodBoundary({ ...subscription, timeZone }, periodIndex + 1);
  const isBoundary = boundary.getTime() === currentPeriodEnd.getTime();
  if (!isBoundary || !isOfMonths(subscription) || !isOfMonths(counted)) return currentPeriodEnd;
  const { day } = billingAnchor.toTemporalInstant().toZonedDateTimeISO(timeZone);
  return anchorOnDay(counted, { day }, currentPeriodEnd);
}

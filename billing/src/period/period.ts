/**
 * Billing periods, counted from an anchor so that month ends stay right: anchored on January 31,
 * the boundaries are February 28, March 31, April 30.
 */
import type { BillingInterval } from '@4geeks/prisma';

export interface Recurrence {
  interval: BillingInterval;
  intervalCount: number;
  /** Boundary 0. */
  billingAnchor: Date;
  /** IANA zone whose calendar is counted in: a month's end is the end of a local month. */
  timeZone: string;
}

/** The instant `index` recurrences after the anchor (before it when negative). */
export function periodBoundary(recurrence: Recurrence, index: number): Date {
  const anchor = recurrence.billingAnchor
    .toTemporalInstant()
    .toZonedDateTimeISO(recurrence.timeZone);
  const count = recurrence.intervalCount * index;
  // Always counted from the anchor: adding month by month would lose the 31st for ever in February.
  const boundary = anchor.add(
    {
      DAY: { days: count },
      WEEK: { weeks: count },
      MONTH: { months: count },
      YEAR: { years: count },
    }[recurrence.interval],
  );
  return new Date(boundary.epochMilliseconds);
}

/** Period `index` as [start, end); period 0 starts at the anchor. */
export function periodAt(recurrence: Recurrence, index: number): { start: Date; end: Date } {
  return { start: periodBoundary(recurrence, index), end: periodBoundary(recurrence, index + 1) };
}

/** A period as it is billed: whole, or from `start` on where it began within a whole one. */
export interface BilledPeriod {
  start: Date;
  /** Exclusive. */
  end: Date;
  /** The boundary that the whole period counts from; `start` where it is whole. */
  wholeStart: Date;
}

/**
 * What is left of period `index` from `start` on: all of it where it begins there or later. Only a
 * subscription's first period, after a trial too, begins within one.
 */
export function periodFrom(recurrence: Recurrence, index: number, start: Date): BilledPeriod {
  const whole = periodAt(recurrence, index);
  return {
    start: start > whole.start ? start : whole.start,
    end: whole.end,
    wholeStart: whole.start,
  };
}

/** Of the Gregorian calendar, whole: twelve months are a year, and seven days a week. */
const averageSeconds = { DAY: 86_400, WEEK: 604_800, MONTH: 2_629_746, YEAR: 31_556_952 };

/** How long a period is on average, in whole seconds: which of two is the longer one. */
export function averageLength({
  interval,
  intervalCount,
}: Pick<Recurrence, 'interval' | 'intervalCount'>): number {
  return averageSeconds[interval] * intervalCount;
}

/** The index of the period that `instant` lies in; negative before the anchor. */
export function periodIndexAt(recurrence: Recurrence, instant: Date): number {
  const averageMs = averageLength(recurrence) * 1000;
  let index = Math.floor((instant.getTime() - recurrence.billingAnchor.getTime()) / averageMs);
  // The guess is off by at most a few: months differ in length, and days where clocks change.
  while (periodBoundary(recurrence, index) > instant) index -= 1;
  while (periodBoundary(recurrence, index + 1) <= instant) index += 1;
  return index;
}

/** `days` whole days later, at the same instant of the day in UTC. */
export function addDays(date: Date, days: number): Date {
  return new Date(date.getTime() + days * 86_400_000);
}

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

/** `days` whole days later, at the same instant of the day in UTC. */
export function addDays(date: Date, days: number): Date {
  return new Date(date.getTime() + days * 86_400_000);
}

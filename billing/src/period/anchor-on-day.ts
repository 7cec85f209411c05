/** Billing anchors named by a day of the month instead of an instant. */
import type { Recurrence } from './period.ts';

export interface BillingDay {
  /** 1 to 31; in a shorter month its last day. */
  day: number;
  /** 1 to 12; only for years. Absent: the first such day from `begins` on. */
  month?: number | null;
}

/** Any month comes back with its longest February, or its own days, within this many months. */
const longestCycleMonths = 12 * 8;

/**
 * The anchor that puts every boundary on that day, at the time of the day of `begins`, with one
 * boundary at `begins` or at the first such day after it.
 *
 * A month too short for the day cannot be counted from without losing it for ever, so the anchor
 * may lie before `begins`: for the 31st and a first boundary on February 28 it is January 31.
 *
 * @param recurrence of months or years.
 */
export function anchorOnDay(
  {
    interval,
    intervalCount,
    timeZone,
  }: Pick<Recurrence, 'interval' | 'intervalCount' | 'timeZone'>,
  { day, month }: BillingDay,
  begins: Date,
): Date {
  const from = begins.toTemporalInstant().toZonedDateTimeISO(timeZone);
  const today = from.toPlainDate();
  const dayIn = (date: Temporal.PlainDate) => date.with({ day: Math.min(day, date.daysInMonth) });
  const passed = (date: Temporal.PlainDate) => Temporal.PlainDate.compare(date, today) < 0;

  let first = dayIn(month ? today.with({ day: 1, month }) : today.with({ day: 1 }));
  if (passed(first))
    first = dayIn(first.with({ day: 1 }).add(month ? { years: 1 } : { months: 1 }));

  const step = intervalCount * (interval === 'YEAR' ? 12 : 1);
  let anchor = first;
  for (let back = step; anchor.day < day && back <= longestCycleMonths; back += step) {
    const earlier = dayIn(first.with({ day: 1 }).subtract({ months: back }));
    if (earlier.day > anchor.day) anchor = earlier;
  }
  return new Date(
    anchor.toZonedDateTime({ timeZone, plainTime: from.toPlainTime() }).epochMilliseconds,
  );
}

/** Dates of the demo, in the merchant's calendar. */
import { merchantFacts } from './story.ts';

export function monthsAfter(date: Date, months: number): Date {
  const moved = date.toTemporalInstant().toZonedDateTimeISO(merchantFacts.timeZone).add({ months });
  return new Date(moved.epochMilliseconds);
}

export function monthsBefore(date: Date, months: number): Date {
  return monthsAfter(date, -months);
}

export function daysAfter(date: Date, days: number): Date {
  return new Date(date.getTime() + days * 86_400_000);
}

/** How dates read: the day alone, with the hour, or by month for billing periods. */
export type DateStyle = 'day' | 'short-day' | 'day-time' | 'month';

const styles: Record<DateStyle, Intl.DateTimeFormatOptions> = {
  day: { dateStyle: 'long' },
  'short-day': { year: 'numeric', month: 'short', day: 'numeric' },
  'day-time': { dateStyle: 'medium', timeStyle: 'short' },
  month: { year: 'numeric', month: 'long' },
};

/**
 * @param at ISO 8601 instant
 * @param timeZone billing dates are stated in UTC, so that every reader,
 *   and the server that renders first, names the same day
 */
export function formatDate(
  at: string | Date,
  locale: string,
  style: DateStyle = 'day',
  timeZone = 'UTC',
): string {
  return new Intl.DateTimeFormat(locale, { ...styles[style], timeZone }).format(new Date(at));
}

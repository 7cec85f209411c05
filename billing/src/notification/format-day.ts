import type { Locale } from '@4geeks/prisma';

/** Making one takes longer than using it a hundred times; there are few languages and zones. */
const formatters = new Map<string, Intl.DateTimeFormat>();

/** The day of an instant as people write it out: `1 March 2027`. */
export function formatDay(instant: Date, locale: Locale, timeZone: string): string {
  const key = `${locale} ${timeZone}`;
  let formatter = formatters.get(key);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone });
    formatters.set(key, formatter);
  }
  return formatter.format(instant);
}

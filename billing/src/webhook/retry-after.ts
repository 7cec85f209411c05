/** Statuses whose answer may say when to come back (RFC 9110 10.2.3, RFC 6585 4). */
const mayAskToWait: ReadonlySet<number> = new Set([429, 503]);

/** As senders write it: IMF-fixdate. */
const httpDate =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} GMT$/;
/** More than a century; what is longer is no number of seconds that anybody means. */
const seconds = /^\d{1,10}$/;

/**
 * Until when an endpoint asks to be left alone.
 *
 * @param answer its `Retry-After`: seconds, or a date.
 * @returns null where it does not ask, or not in a way that can be read.
 */
export function readRetryAfter(
  { responseStatus, retryAfter }: { responseStatus: number; retryAfter?: string | undefined },
  answeredAt: Date,
): Date | null {
  if (retryAfter === undefined || !mayAskToWait.has(responseStatus)) return null;
  const text = retryAfter.trim();
  if (seconds.test(text)) return new Date(answeredAt.getTime() + Number(text) * 1000);
  const instant = httpDate.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(instant) ? null : new Date(instant);
}

/** When what failed is sent again, and when an endpoint is given up. */

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/**
 * From each attempt that failed to the next; after the last the delivery is given up, a good three
 * days after it began. The schedule that the Standard Webhooks specification recommends.
 */
export const retryDelaysMs: readonly number[] = [
  5 * secondMs,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  14 * hourMs,
  20 * hourMs,
  24 * hourMs,
];

/** An endpoint that gives nothing but failures for so long is told nothing any more. */
export const longestFailureMs = 5 * 24 * hourMs;

/** @param step attempts that failed so far, less one. @returns null: it is given up. */
export function nextAttemptAt(step: number, failedAt: Date): Date | null {
  const delay = retryDelaysMs[step];
  return delay === undefined ? null : new Date(failedAt.getTime() + delay);
}

/**
 * Whether an endpoint is to be given up, now that one of its deliveries is. One delivery that failed
 * does not tell of days; those in between may have had nothing to deliver.
 *
 * @param failingSince when the first failed of those that failed since one succeeded.
 */
export function isLostCause(failingSince: Date | null, now: Date): boolean {
  return failingSince !== null && now.getTime() - failingSince.getTime() >= longestFailureMs;
}

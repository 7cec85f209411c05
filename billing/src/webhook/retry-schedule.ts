/** When what failed is sent again, and when an endpoint is given up. */
import { createHash } from 'node:crypto';

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

/** So long after its first failure a delivery is given up at the latest: the schedule, and some room. */
const longestScheduleMs = 96 * hourMs;

/** A wait is up to this much longer, so that those who failed together do not come back together. */
export const mostJitter = 0.1;

/** A delivery that has just failed. */
export interface FailedAttempt {
  endpointId: string;
  /** Place in the schedule: attempts that failed in it so far, less one; more, where some were skipped. */
  step: number;
  failedAt: Date;
  /** When the first attempt in this schedule failed. */
  beganAt: Date;
  /** Not before, as the endpoint itself asks; null: it says nothing. */
  notBefore: Date | null;
}

/** When it is sent again, and its place in the schedule, should that fail too. */
export interface PlannedRetry {
  at: Date;
  step: number;
}

/**
 * When what failed is sent again: a little after the schedule says, differently for each endpoint and
 * step, and in the same order as before for those of one endpoint. Not before the endpoint asks to be
 * left alone, but for the end of the schedule: what it would have it wait longer is tried then, for
 * the last time. Steps that such waits leave no time for are skipped.
 *
 * @returns null: it is given up.
 */
export function planRetry(attempt: FailedAttempt): PlannedRetry | null {
  const { endpointId, step, failedAt, beganAt, notBefore } = attempt;
  const delay = retryDelaysMs[step];
  if (delay === undefined) return null;
  const scheduled = failedAt.getTime() + delay * (1 + mostJitter * spread(endpointId, step));
  const end = scheduleEnd(beganAt).getTime();
  const wished = Math.min(notBefore?.getTime() ?? 0, end);
  if (wished <= scheduled) return { at: new Date(Math.round(scheduled)), step: step + 1 };
  const left = end - wished;
  let next = step + 1;
  while (longestOf(next) > left) next += 1;
  return { at: new Date(wished), step: next };
}

/** When the last attempt of a schedule is made at the latest. */
export function scheduleEnd(beganAt: Date): Date {
  return new Date(beganAt.getTime() + longestScheduleMs);
}

/** How long the schedule takes from a step to its end, at the longest. */
function longestOf(step: number): number {
  const delays = retryDelaysMs.slice(step);
  return Math.round(delays.reduce((sum, delay) => sum + delay, 0) * (1 + mostJitter));
}

/** From 0 to below 1: as good as random between endpoints and steps, and always the same for one. */
function spread(endpointId: string, step: number): number {
  return createHash('sha256').update(`${endpointId}:${step}`).digest().readUInt32BE() / 2 ** 32;
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

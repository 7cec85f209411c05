/**
 * Dunning: when a failed invoice is tried again, decided from the policy and what has happened.
 * Pure; the schedule and the decline table are the merchant's (DunningPolicy).
 */
import type { DeclineClass, DunningPolicy, PaymentTrigger } from '@4geeks/prisma';
import { addDays } from '../period/period.ts';

/** Gateway faults are tried again soon, without using up the schedule ... */
const faultRetryMinutes = 10;
/** ... until there have been so many that waiting minutes is no help. */
const mostFaults = 5;

/** What another method's attempt is waited for before the final action; its job runs at once. */
const turnMinutes = 10;

/** Card networks count the attempts on one invoice over so many days. */
const capDays = 30;

/** Declines that say nothing about the card: the processor or network was at fault. */
export const gatewayFaultCodes: ReadonlySet<string> = new Set([
  'processing_error',
  'issuer_not_available',
]);

/** HARD: not retried until the payment method changes. SOFT: may succeed later. */
export function classifyDecline(
  declineCode: string,
  hardDeclineCodes: readonly string[],
): DeclineClass {
  if (gatewayFaultCodes.has(declineCode)) return 'GATEWAY_FAULT';
  return hardDeclineCodes.includes(declineCode) ? 'HARD' : 'SOFT';
}

/** Whether an attempt that failed so, the `faults`-th fault, uses up none of the schedule. */
export function isOutsideSchedule(declineClass: DeclineClass, faults: number): boolean {
  return declineClass === 'GATEWAY_FAULT' && faults <= mostFaults;
}

/** What of a policy decides about the next attempt. */
export type RetryRules = Pick<DunningPolicy, 'retryDays' | 'graceDays' | 'attemptCap'>;

export interface FailureFacts {
  now: Date;
  trigger: PaymentTrigger;
  declineClass: DeclineClass;
  policy: RetryRules;
  /** Scheduled retries used, this one included when it was one. */
  retriesUsed: number;
  /** Attempts that ended in a gateway fault, this one included. */
  faults: number;
  /** When each attempt on the invoice was made, this one included. */
  attempts: readonly Date[];
  /** What was planned before this failure; null when nothing was. */
  planned: Date | null;
  /** Whether what was planned is no retry but the final action: the schedule had been used up. */
  inGrace?: boolean;
}

/**
 * - `retry`: again at `at`.
 * - `wait`: no retry until the payment method changes.
 * - `exhausted`: the schedule is used up; the policy's final action is due at `endsAt`.
 */
export type Plan =
  { kind: 'retry'; at: Date } | { kind: 'wait' } | { kind: 'exhausted'; endsAt: Date };

export function planNextAttempt(facts: FailureFacts): Plan {
  const { now, declineClass, policy, planned, attempts } = facts;
  const retry = (at: Date): Plan => ({
    kind: 'retry',
    at: withinAttemptCap(at, attempts, policy.attemptCap),
  });
  if (isOutsideSchedule(declineClass, facts.faults)) {
    return retry(new Date(now.getTime() + faultRetryMinutes * 60_000));
  }
  const scheduled = facts.trigger === 'RENEWAL' || facts.trigger === 'DUNNING';
  if (!scheduled && facts.inGrace && planned) return { kind: 'exhausted', endsAt: planned };
  if (declineClass === 'HARD') return { kind: 'wait' };
  // Attempts somebody asked for are outside the budget: what was planned stays planned, unless its
  // day passed while a debit was settling.
  if (!scheduled && planned && planned > now) return retry(planned);
  const days = policy.retryDays[facts.retriesUsed];
  if (days !== undefined) return retry(addDays(now, days));
  return scheduled
    ? { kind: 'exhausted', endsAt: addDays(now, policy.graceDays) }
    : { kind: 'wait' };
}

/** Another method is tried next: nothing ends before it has had its turn. */
export function leaveTurn(plan: Plan, now: Date): Plan {
  if (plan.kind !== 'exhausted') return plan;
  const soonest = now.getTime() + turnMinutes * 60_000;
  return { kind: 'exhausted', endsAt: new Date(Math.max(plan.endsAt.getTime(), soonest)) };
}

/**
 * The first instant from `at` on at which one more attempt keeps within `cap` attempts in 30 days.
 *
 * @param attempts when the attempts so far were made, in any order
 */
export function withinAttemptCap(at: Date, attempts: readonly Date[], cap: number): Date {
  const inWindow = attempts
    .map((attempt) => attempt.getTime())
    .filter((attempt) => attempt > addDays(at, -capDays).getTime())
    .sort((one, other) => one - other);
  const leaving = inWindow[inWindow.length - cap];
  return leaving === undefined ? at : addDays(new Date(leaving), capDays);
}

/**
 * Dunning: when a failed invoice is tried again, decided from the policy and what has happened.
 * Pure; the schedule and the decline table are the merchant's (DunningPolicy).
 */
import type { DeclineClass, PaymentTrigger } from '@4geeks/prisma';
import { addDays } from '../period/period.ts';

/** Gateway faults are tried again soon, without using up the schedule ... */
const faultRetryMinutes = 10;
/** ... until there have been so many that waiting minutes is no help. */
const mostFaults = 5;

/** Declines that say nothing about the card: the processor or network was at fault. */
const gatewayFaultCodes: ReadonlySet<string> = new Set([
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

export interface FailureFacts {
  now: Date;
  trigger: PaymentTrigger;
  declineClass: DeclineClass;
  /** Days after the previous failure, one entry per retry. */
  retryDays: readonly number[];
  /** Scheduled retries used, this one included when it was one. */
  retriesUsed: number;
  /** Attempts that ended in a gateway fault, this one included. */
  faults: number;
  /** What was planned before this failure; null when nothing was. */
  planned: Date | null;
}

/**
 * - `retry`: again at `at`.
 * - `wait`: no retry until the payment method changes.
 * - `exhausted`: the schedule is used up; the policy's final action is due.
 */
export type Plan = { kind: 'retry'; at: Date } | { kind: 'wait' } | { kind: 'exhausted' };

export function planNextAttempt(facts: FailureFacts): Plan {
  const { now, declineClass, retryDays, retriesUsed, planned } = facts;
  if (declineClass === 'GATEWAY_FAULT' && facts.faults <= mostFaults) {
    return { kind: 'retry', at: new Date(now.getTime() + faultRetryMinutes * 60_000) };
  }
  if (declineClass === 'HARD') return { kind: 'wait' };
  const scheduled = facts.trigger === 'RENEWAL' || facts.trigger === 'DUNNING';
  // Attempts somebody asked for are outside the budget: what was planned stays planned.
  if (!scheduled && planned) return { kind: 'retry', at: planned };
  const days = retryDays[retriesUsed];
  if (days !== undefined) return { kind: 'retry', at: addDays(now, days) };
  return scheduled ? { kind: 'exhausted' } : { kind: 'wait' };
}

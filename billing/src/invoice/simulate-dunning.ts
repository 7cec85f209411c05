/**
 * What becomes of an invoice whose every attempt is declined in one way: when it is retried, and
 * how and when that ends. Pure; the steps are those that planNextAttempt really takes.
 */
import type { DunningFinalAction, PaymentTrigger } from '@4geeks/prisma';
import type { DunningRules } from '../dunning-policy/validate-dunning-policy.ts';
import {
  classifyDecline,
  isOutsideSchedule,
  leaveTurn,
  planNextAttempt,
  withinAttemptCap,
} from './plan-next-attempt.ts';

export interface SimulationFacts {
  policy: DunningRules;
  /** The answer to every attempt from now on. */
  declineCode: string;
  /** When the next attempt is made. */
  nextAttemptAt: Date;
  /** What makes it: the first one of an invoice, or a scheduled retry. */
  trigger: Extract<PaymentTrigger, 'RENEWAL' | 'DUNNING'>;
  /** Scheduled retries used before. */
  retriesUsed: number;
  /** Attempts that ended in a gateway fault before. */
  faults: number;
  /** When the attempts before were made. */
  attempts: readonly Date[];
  /** Whether the customer has a backup method; it is declined too. */
  hasBackup: boolean;
  /** Whether it is a subscription's invoice; without one, nothing can be cancelled. */
  hasSubscription: boolean;
}

/** WAIT_FOR_METHOD: no retry until the customer changes the payment method. */
export type SimulatedEnd = DunningFinalAction | 'WAIT_FOR_METHOD';

export interface DunningSimulation {
  /** Every attempt from now on with the default method, in order. */
  attemptsAt: Date[];
  end: SimulatedEnd;
  /** When the final action is taken; null while waiting for a method. */
  endsAt: Date | null;
}

export function simulateDunning(facts: SimulationFacts): DunningSimulation {
  const { policy, declineCode } = facts;
  const declineClass = classifyDecline(declineCode, policy.hardDeclineCodes);
  const attempts = [...facts.attempts];
  const attemptsAt: Date[] = [];
  let { retriesUsed, faults, trigger } = facts;
  let now = facts.nextAttemptAt;
  for (;;) {
    attemptsAt.push(now);
    attempts.push(now);
    if (declineClass === 'GATEWAY_FAULT') faults += 1;
    if (trigger === 'DUNNING' && !isOutsideSchedule(declineClass, faults)) retriesUsed += 1;
    const planned = planNextAttempt({
      now,
      trigger,
      declineClass,
      policy,
      retriesUsed,
      faults,
      attempts,
      planned: null,
    });
    const backupTried =
      policy.useBackupMethod &&
      facts.hasBackup &&
      declineClass !== 'GATEWAY_FAULT' &&
      withinAttemptCap(now, attempts, policy.attemptCap) <= now;
    if (backupTried) attempts.push(now);
    const plan = backupTried ? leaveTurn(planned, now) : planned;
    if (plan.kind === 'wait') return { attemptsAt, end: 'WAIT_FOR_METHOD', endsAt: null };
    if (plan.kind === 'exhausted') {
      return { attemptsAt, end: finalAction(facts), endsAt: plan.endsAt };
    }
    trigger = 'DUNNING';
    // The backup's attempt counts too, and may put off what was planned before it.
    now = withinAttemptCap(plan.at, attempts, policy.attemptCap);
  }
}

export function finalAction({
  policy,
  hasSubscription,
}: Pick<SimulationFacts, 'policy' | 'hasSubscription'>): DunningFinalAction {
  return hasSubscription ? policy.finalAction : 'LEAVE_PAST_DUE';
}

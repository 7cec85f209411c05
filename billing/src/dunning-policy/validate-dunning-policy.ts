/** What a merchant may write into a dunning policy. Pure. */
import { DunningFinalAction, type DunningPolicy } from '@4geeks/prisma';
import { InvalidInputError } from '../errors.ts';
import { gatewayFaultCodes } from '../invoice/plan-next-attempt.ts';

/** The parts of a policy that the merchant decides. */
export type DunningRules = Pick<
  DunningPolicy,
  'retryDays' | 'hardDeclineCodes' | 'finalAction' | 'graceDays' | 'useBackupMethod' | 'attemptCap'
>;

const dunningLimits = {
  retries: 8,
  retryDays: { least: 1, most: 30 },
  graceDays: { least: 0, most: 90 },
  attemptCap: { least: 1, most: 100 },
  hardDeclineCodes: 100,
} as const;

/** As processors and networks spell them: insufficient_funds. */
const stableCode = /^[a-z][a-z0-9_]{0,63}$/;

/**
 * @returns the rules as they are kept: each hard decline code once.
 * @throws InvalidInputError RETRIES_TOO_MANY, RETRY_DAYS_OUT_OF_RANGE, GRACE_DAYS_OUT_OF_RANGE,
 *   ATTEMPT_CAP_OUT_OF_RANGE, FINAL_ACTION_UNKNOWN, DECLINE_CODES_TOO_MANY,
 *   DECLINE_CODE_MALFORMED, DECLINE_CODE_IS_GATEWAY_FAULT
 */
export function validateDunningRules(rules: DunningRules): DunningRules {
  if (rules.retryDays.length > dunningLimits.retries) {
    throw new InvalidInputError(
      'retryDays',
      'RETRIES_TOO_MANY',
      `Retry at most ${dunningLimits.retries} times.`,
      { most: dunningLimits.retries },
    );
  }
  for (const days of rules.retryDays) {
    requireWithin('retryDays', 'RETRY_DAYS_OUT_OF_RANGE', days, dunningLimits.retryDays);
  }
  requireWithin('graceDays', 'GRACE_DAYS_OUT_OF_RANGE', rules.graceDays, dunningLimits.graceDays);
  requireWithin(
    'attemptCap',
    'ATTEMPT_CAP_OUT_OF_RANGE',
    rules.attemptCap,
    dunningLimits.attemptCap,
  );
  if (!Object.hasOwn(DunningFinalAction, rules.finalAction)) {
    throw new InvalidInputError('finalAction', 'FINAL_ACTION_UNKNOWN', 'Unknown final action.');
  }
  const hardDeclineCodes = [...new Set(rules.hardDeclineCodes)];
  if (hardDeclineCodes.length > dunningLimits.hardDeclineCodes) {
    throw new InvalidInputError(
      'hardDeclineCodes',
      'DECLINE_CODES_TOO_MANY',
      `List at most ${dunningLimits.hardDeclineCodes} codes.`,
      { most: dunningLimits.hardDeclineCodes },
    );
  }
  for (const code of hardDeclineCodes) {
    if (!stableCode.test(code)) {
      throw new InvalidInputError(
        'hardDeclineCodes',
        'DECLINE_CODE_MALFORMED',
        'A decline code is lower-case letters, digits and underscores.',
      );
    }
    if (gatewayFaultCodes.has(code)) {
      throw new InvalidInputError(
        'hardDeclineCodes',
        'DECLINE_CODE_IS_GATEWAY_FAULT',
        `${code} says nothing about the method: it is always tried again in minutes.`,
        { declineCode: code },
      );
    }
  }
  return { ...rules, hardDeclineCodes };
}

function requireWithin(
  field: string,
  reason: string,
  value: number,
  { least, most }: { least: number; most: number },
): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new InvalidInputError(field, reason, `From ${least} to ${most}, a whole number.`, {
    least,
    most,
  });
}

/** Whether two policies say the same, however their decline codes are ordered. */
export function sameRules(one: DunningRules, other: DunningRules): boolean {
  const sorted = ({ hardDeclineCodes }: DunningRules) => [...hardDeclineCodes].sort().join();
  return (
    one.retryDays.join() === other.retryDays.join() &&
    sorted(one) === sorted(other) &&
    one.finalAction === other.finalAction &&
    one.graceDays === other.graceDays &&
    one.useBackupMethod === other.useBackupMethod &&
    one.attemptCap === other.attemptCap
  );
}

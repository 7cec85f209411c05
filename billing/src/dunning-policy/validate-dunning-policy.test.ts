import { expect, test } from 'vitest';
import { sameRules, validateDunningRules, type DunningRules } from './validate-dunning-policy.ts';

const rules: DunningRules = {
  retryDays: [3, 5, 7],
  hardDeclineCodes: ['expired_card'],
  finalAction: 'LEAVE_PAST_DUE',
  graceDays: 0,
  useBackupMethod: false,
  attemptCap: 15,
};

test('the bounds themselves are allowed', () => {
  for (const allowed of [
    { retryDays: [] },
    { retryDays: [1, 30, 1, 30, 1, 30, 1, 30] },
    { graceDays: 90 },
    { attemptCap: 1 },
    { attemptCap: 100 },
    { hardDeclineCodes: [] },
  ]) {
    expect(validateDunningRules({ ...rules, ...allowed })).toEqual({ ...rules, ...allowed });
  }
});

test.each<[Partial<DunningRules>, string, string]>([
  [{ retryDays: Array<number>(9).fill(1) }, 'retryDays', 'RETRIES_TOO_MANY'],
  [{ retryDays: [0] }, 'retryDays', 'RETRY_DAYS_OUT_OF_RANGE'],
  [{ retryDays: [31] }, 'retryDays', 'RETRY_DAYS_OUT_OF_RANGE'],
  [{ retryDays: [1.5] }, 'retryDays', 'RETRY_DAYS_OUT_OF_RANGE'],
  [{ graceDays: -1 }, 'graceDays', 'GRACE_DAYS_OUT_OF_RANGE'],
  [{ graceDays: 91 }, 'graceDays', 'GRACE_DAYS_OUT_OF_RANGE'],
  [{ attemptCap: 0 }, 'attemptCap', 'ATTEMPT_CAP_OUT_OF_RANGE'],
  [{ attemptCap: 101 }, 'attemptCap', 'ATTEMPT_CAP_OUT_OF_RANGE'],
  [{ finalAction: 'toString' as never }, 'finalAction', 'FINAL_ACTION_UNKNOWN'],
  [{ hardDeclineCodes: ['Expired card'] }, 'hardDeclineCodes', 'DECLINE_CODE_MALFORMED'],
  [{ hardDeclineCodes: [''] }, 'hardDeclineCodes', 'DECLINE_CODE_MALFORMED'],
  [
    { hardDeclineCodes: Array.from({ length: 101 }, (_, index) => `code_${index}`) },
    'hardDeclineCodes',
    'DECLINE_CODES_TOO_MANY',
  ],
  [{ hardDeclineCodes: ['processing_error'] }, 'hardDeclineCodes', 'DECLINE_CODE_IS_GATEWAY_FAULT'],
])('%j is refused', (change, field, reason) => {
  expect(() => validateDunningRules({ ...rules, ...change })).toThrow(
    expect.objectContaining({ facts: expect.objectContaining({ field, reason }) }),
  );
});

test('a code given twice is kept once, and order makes no difference', () => {
  const kept = validateDunningRules({ ...rules, hardDeclineCodes: ['b', 'a', 'b'] });
  expect(kept.hardDeclineCodes).toEqual(['b', 'a']);
  expect(sameRules(kept, { ...rules, hardDeclineCodes: ['a', 'b'] })).toBe(true);
  expect(sameRules(kept, rules)).toBe(false);
});

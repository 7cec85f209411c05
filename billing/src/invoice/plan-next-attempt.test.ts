import { expect, test } from 'vitest';
import {
  classifyDecline,
  planNextAttempt,
  withinAttemptCap,
  type FailureFacts,
} from './plan-next-attempt.ts';

const now = new Date('2026-06-01T00:00:00Z');
const failure = (facts: Partial<FailureFacts>): FailureFacts => ({
  now,
  trigger: 'RENEWAL',
  declineClass: 'SOFT',
  policy: { retryDays: [3, 5, 7], graceDays: 0, attemptCap: 15 },
  retriesUsed: 0,
  faults: 0,
  attempts: [now],
  planned: null,
  ...facts,
});
const day = (text: string) => ({ kind: 'retry', at: new Date(`${text}T00:00:00Z`) });

test('a soft decline follows the schedule, counted from each failure', () => {
  expect(planNextAttempt(failure({}))).toEqual(day('2026-06-04'));
  expect(planNextAttempt(failure({ trigger: 'DUNNING', retriesUsed: 1 }))).toEqual(
    day('2026-06-06'),
  );
  expect(planNextAttempt(failure({ trigger: 'DUNNING', retriesUsed: 2 }))).toEqual(
    day('2026-06-08'),
  );
});

test('after the last retry the final action is due', () => {
  expect(planNextAttempt(failure({ trigger: 'DUNNING', retriesUsed: 3 }))).toEqual({
    kind: 'exhausted',
    endsAt: now,
  });
});

test('with grace, the final action is due so many days after the last retry', () => {
  const policy = { retryDays: [3], graceDays: 10, attemptCap: 15 };
  const last = failure({ trigger: 'DUNNING', retriesUsed: 1, policy });
  const endsAt = new Date('2026-06-11T00:00:00Z');
  expect(planNextAttempt(last)).toEqual({ kind: 'exhausted', endsAt });
  // Meanwhile the customer tries a card that declines: the end stays where it was.
  for (const declineClass of ['SOFT', 'HARD'] as const) {
    const asked = { ...last, trigger: 'METHOD_UPDATE', declineClass, planned: endsAt } as const;
    expect(planNextAttempt({ ...asked, inGrace: true })).toEqual({ kind: 'exhausted', endsAt });
  }
});

test('a retry waits until one more attempt keeps within the cap of 30 days', () => {
  const policy = { retryDays: [3, 5, 7], graceDays: 0, attemptCap: 2 };
  const attempts = [new Date('2026-05-20T00:00:00Z'), now];
  expect(
    planNextAttempt(failure({ policy, attempts, trigger: 'DUNNING', retriesUsed: 1 })),
  ).toEqual(day('2026-06-19'));
});

test('the cap counts the 30 days before the attempt, whatever the order', () => {
  const at = new Date('2026-06-30T00:00:00Z');
  const days = (...texts: string[]) => texts.map((text) => new Date(`${text}T00:00:00Z`));
  expect(withinAttemptCap(at, [], 1)).toEqual(at);
  // The one of May 31 has just left.
  expect(withinAttemptCap(at, days('2026-05-31'), 1)).toEqual(at);
  expect(withinAttemptCap(at, days('2026-06-01'), 1)).toEqual(new Date('2026-07-01T00:00:00Z'));
  expect(withinAttemptCap(at, days('2026-06-20', '2026-06-02', '2026-06-10'), 2)).toEqual(
    new Date('2026-07-10T00:00:00Z'),
  );
});

test('a hard decline waits for another payment method', () => {
  expect(planNextAttempt(failure({ declineClass: 'HARD' }))).toEqual({ kind: 'wait' });
});

test('a gateway fault is tried again in minutes and uses up nothing, five times', () => {
  const fault = failure({ declineClass: 'GATEWAY_FAULT', faults: 1 });
  expect(planNextAttempt(fault)).toEqual({ kind: 'retry', at: new Date('2026-06-01T00:10:00Z') });
  expect(planNextAttempt({ ...fault, faults: 6 })).toEqual(day('2026-06-04'));
});

test('an attempt that the customer asked for leaves the schedule as it was', () => {
  const planned = new Date('2026-06-03T00:00:00Z');
  expect(planNextAttempt(failure({ trigger: 'METHOD_UPDATE', retriesUsed: 2, planned }))).toEqual({
    kind: 'retry',
    at: planned,
  });
});

test('a retry whose day passed while a debit was settling is counted from its failure', () => {
  const planned = new Date('2026-05-30T00:00:00Z');
  expect(planNextAttempt(failure({ trigger: 'METHOD_UPDATE', retriesUsed: 1, planned }))).toEqual(
    day('2026-06-06'),
  );
});

test('a soft decline of a new method starts the schedule that a hard decline had stopped', () => {
  expect(planNextAttempt(failure({ trigger: 'METHOD_UPDATE', planned: null }))).toEqual(
    day('2026-06-04'),
  );
});

test('decline codes are classed by the policy', () => {
  expect(classifyDecline('expired_card', ['expired_card'])).toBe('HARD');
  expect(classifyDecline('insufficient_funds', ['expired_card'])).toBe('SOFT');
  expect(classifyDecline('processing_error', ['expired_card'])).toBe('GATEWAY_FAULT');
});

import { expect, test } from 'vitest';
import { classifyDecline, planNextAttempt, type FailureFacts } from './plan-next-attempt.ts';

const now = new Date('2026-06-01T00:00:00Z');
const failure = (facts: Partial<FailureFacts>): FailureFacts => ({
  now,
  trigger: 'RENEWAL',
  declineClass: 'SOFT',
  retryDays: [3, 5, 7],
  retriesUsed: 0,
  faults: 0,
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
  });
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

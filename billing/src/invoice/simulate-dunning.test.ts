import fc from 'fast-check';
import { expect, test } from 'vitest';
import { simulateDunning, type SimulationFacts } from './simulate-dunning.ts';

const policy = {
  retryDays: [3, 5, 7],
  hardDeclineCodes: ['lost_card'],
  finalAction: 'CANCEL_SUBSCRIPTION',
  graceDays: 2,
  useBackupMethod: false,
  attemptCap: 15,
} as const;
const at = (text: string) => new Date(`${text}Z`);
const facts = (change: Partial<SimulationFacts> = {}): SimulationFacts => ({
  policy: { ...policy, retryDays: [...policy.retryDays], hardDeclineCodes: ['lost_card'] },
  declineCode: 'insufficient_funds',
  nextAttemptAt: at('2026-06-01T00:00'),
  trigger: 'RENEWAL',
  retriesUsed: 0,
  faults: 0,
  attempts: [],
  hasBackup: false,
  hasSubscription: true,
  ...change,
});

test('a new invoice is tried, retried on schedule, and ends after the grace', () => {
  expect(simulateDunning(facts())).toEqual({
    // June 1, then 3, 5 and 7 days after the one before: the 4th, 9th and 16th; 2 days of grace.
    attemptsAt: [
      '2026-06-01T00:00',
      '2026-06-04T00:00',
      '2026-06-09T00:00',
      '2026-06-16T00:00',
    ].map(at),
    end: 'CANCEL_SUBSCRIPTION',
    endsAt: at('2026-06-18T00:00'),
  });
});

test('a hard decline waits for another method', () => {
  expect(simulateDunning(facts({ declineCode: 'lost_card' }))).toEqual({
    attemptsAt: [at('2026-06-01T00:00')],
    end: 'WAIT_FOR_METHOD',
    endsAt: null,
  });
});

test('an invoice that has used up part of its schedule goes on from there', () => {
  const { attemptsAt } = simulateDunning(
    facts({ trigger: 'DUNNING', retriesUsed: 1, attempts: [at('2026-05-27T00:00')] }),
  );
  // The second retry on June 1, the third seven days later.
  expect(attemptsAt).toEqual([at('2026-06-01T00:00'), at('2026-06-08T00:00')]);
});

test('without a subscription nothing can be cancelled', () => {
  expect(simulateDunning(facts({ hasSubscription: false })).end).toBe('LEAVE_PAST_DUE');
});

test('always ends, in order, and within the cap', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 8 }),
      fc.integer({ min: 0, max: 90 }),
      fc.integer({ min: 1, max: 100 }),
      fc.constantFrom('insufficient_funds', 'lost_card', 'processing_error'),
      fc.boolean(),
      (retryDays, graceDays, attemptCap, declineCode, useBackupMethod) => {
        const rules = { ...facts().policy, retryDays, graceDays, attemptCap, useBackupMethod };
        const { attemptsAt, endsAt } = simulateDunning(
          facts({ policy: rules, declineCode, hasBackup: true }),
        );
        expect(attemptsAt.length).toBeLessThanOrEqual(1 + 5 + 8);
        const times = attemptsAt.map(Number);
        expect(times).toEqual([...times].sort((one, other) => one - other));
        for (const time of times) {
          const window = times.filter((other) => other <= time && other > time - 30 * 86_400_000);
          expect(window.length).toBeLessThanOrEqual(attemptCap);
        }
        // Without grace, a backup method is given ten minutes.
        const graceMs = graceDays * 86_400_000;
        if (endsAt) expect([graceMs, 600_000]).toContain(Number(endsAt) - times.at(-1)!);
      },
    ),
  );
});

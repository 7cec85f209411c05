import fc from 'fast-check';
import { expect, test } from 'vitest';
import { periodAt, periodBoundary, type Recurrence } from './period.ts';

const monthly = (anchor: string, timeZone = 'UTC'): Recurrence => ({
  interval: 'MONTH',
  intervalCount: 1,
  billingAnchor: new Date(anchor),
  timeZone,
});

test('an anchor on the 31st keeps to month ends and comes back to the 31st', () => {
  const recurrence = monthly('2026-01-31T09:00:00Z');
  const days = [1, 2, 3, 13].map((n) => periodBoundary(recurrence, n).toISOString().slice(0, 10));
  expect(days).toEqual(['2026-02-28', '2026-03-31', '2026-04-30', '2027-02-28']);
});

test('a yearly anchor on a leap day bills on February 28 in common years', () => {
  const recurrence: Recurrence = { ...monthly('2024-02-29T00:00:00Z'), interval: 'YEAR' };
  const days = [1, 4].map((n) => periodBoundary(recurrence, n).toISOString().slice(0, 10));
  expect(days).toEqual(['2025-02-28', '2028-02-29']);
});

test('the local hour stays over a change to summer time', () => {
  // 09:00 in Madrid is 08:00 UTC in winter and 07:00 UTC in summer.
  const recurrence = monthly('2026-03-01T08:00:00Z', 'Europe/Madrid');
  expect(periodBoundary(recurrence, 1).toISOString()).toBe('2026-04-01T07:00:00.000Z');
});

test('periods follow each other without gap or overlap', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
      fc.constantFrom('DAY', 'WEEK', 'MONTH', 'YEAR'),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: -1, max: 60 }),
      (billingAnchor, interval, intervalCount, index) => {
        const recurrence = {
          billingAnchor,
          interval,
          intervalCount,
          timeZone: 'America/Sao_Paulo',
        };
        const period = periodAt(recurrence, index);
        expect(period.end > period.start).toBe(true);
        expect(periodAt(recurrence, index + 1).start).toEqual(period.end);
      },
    ),
  );
});

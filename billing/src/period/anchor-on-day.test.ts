import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anchorOnDay } from './anchor-on-day.ts';
import { periodBoundary, periodIndexAt } from './period.ts';

const utc = { interval: 'MONTH', intervalCount: 1, timeZone: 'UTC' } as const;
const day = (date: Date) => date.toISOString().slice(0, 10);

/** The first four boundaries from `begins` on. */
function boundaries(
  terms: Parameters<typeof anchorOnDay>[0],
  billingDay: Parameters<typeof anchorOnDay>[1],
  begins: string,
): string[] {
  const recurrence = { ...terms, billingAnchor: anchorOnDay(terms, billingDay, new Date(begins)) };
  const first = periodIndexAt(recurrence, new Date(Date.parse(begins) - 1)) + 1;
  return [0, 1, 2, 3].map((n) => day(periodBoundary(recurrence, first + n)));
}

test('a day is met every month, by the last one of a shorter month', () => {
  expect(boundaries(utc, { day: 1 }, '2027-03-10T09:00:00Z')).toEqual([
    '2027-04-01',
    '2027-05-01',
    '2027-06-01',
    '2027-07-01',
  ]);
  expect(boundaries(utc, { day: 31 }, '2027-02-10T09:00:00Z')).toEqual([
    '2027-02-28',
    '2027-03-31',
    '2027-04-30',
    '2027-05-31',
  ]);
});

test('today is a boundary, at this time of the day', () => {
  const now = new Date('2027-03-10T09:00:00Z');
  expect(anchorOnDay(utc, { day: 10 }, now)).toEqual(now);
  // 30 days of April: its 30th is the 31st, too.
  const april = '2027-04-30T22:00:00Z';
  expect(boundaries(utc, { day: 31 }, april).slice(0, 2)).toEqual(['2027-04-30', '2027-05-31']);
});

test('months and years count on from the first such day', () => {
  const quarterly = { ...utc, intervalCount: 3 };
  expect(boundaries(quarterly, { day: 30 }, '2027-02-10T09:00:00Z')).toEqual([
    '2027-02-28',
    '2027-05-30',
    '2027-08-30',
    '2027-11-30',
  ]);
  const yearly = { ...utc, interval: 'YEAR' } as const;
  expect(boundaries(yearly, { day: 1, month: 1 }, '2027-02-10T09:00:00Z').slice(0, 2)).toEqual([
    '2028-01-01',
    '2029-01-01',
  ]);
  expect(boundaries(yearly, { day: 29, month: 2 }, '2025-03-01T00:00:00Z')).toEqual([
    '2026-02-28',
    '2027-02-28',
    '2028-02-29',
    '2029-02-28',
  ]);
  expect(boundaries(yearly, { day: 15 }, '2027-02-20T09:00:00Z')[0]).toBe('2027-03-15');
});

test('days are those of the merchant’s calendar, at their hour', () => {
  // 23:30 UTC on the 31st is 00:30 on the 1st in Madrid, in winter.
  const madrid = { ...utc, timeZone: 'Europe/Madrid' };
  const now = new Date('2027-01-31T23:30:00Z');
  expect(anchorOnDay(madrid, { day: 1 }, now)).toEqual(now);
  const recurrence = { ...madrid, billingAnchor: now };
  // In summer 00:30 is 22:30 UTC.
  expect(periodBoundary(recurrence, 2).toISOString()).toBe('2027-03-31T22:30:00.000Z');
});

test('whatever begins when: every boundary is on the day, or the last of a shorter month', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date('2020-01-01'), max: new Date('2035-01-01'), noInvalidDate: true }),
      fc.integer({ min: 1, max: 31 }),
      fc.integer({ min: 1, max: 24 }),
      fc.constantFrom('MONTH', 'YEAR'),
      (begins, billingDay, intervalCount, interval) => {
        const terms = { interval, intervalCount, timeZone: 'UTC' } as const;
        const billingAnchor = anchorOnDay(terms, { day: billingDay }, begins);
        const recurrence = { ...terms, billingAnchor };
        const current = periodIndexAt(recurrence, begins);
        const first = periodBoundary(recurrence, current).getTime() === begins.getTime() ? 0 : 1;
        for (let n = 0; n < 12; n += 1) {
          const boundary = periodBoundary(recurrence, current + first + n);
          const last = new Date(
            Date.UTC(boundary.getUTCFullYear(), boundary.getUTCMonth() + 1, 0),
          ).getUTCDate();
          if (interval === 'MONTH' && intervalCount % 12 !== 0) {
            expect(boundary.getUTCDate()).toBe(Math.min(billingDay, last));
          } else {
            // February alone, in years that may all be common: never after the day.
            expect(boundary.getUTCDate()).toBeLessThanOrEqual(billingDay);
          }
          expect(boundary.toISOString().slice(11)).toBe(begins.toISOString().slice(11));
          // The first comes within a month.
          if (n === 0) expect(boundary.getTime() - begins.getTime()).toBeLessThan(32 * 86_400_000);
        }
      },
    ),
  );
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { periodAt, periodBoundary, periodFrom, periodIndexAt, type Recurrence } from './period.ts';

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

const recurrences = fc.record({
  billingAnchor: fc.date({
    min: new Date('2020-01-01'),
    max: new Date('2030-01-01'),
    noInvalidDate: true,
  }),
  interval: fc.constantFrom('DAY', 'WEEK', 'MONTH', 'YEAR'),
  intervalCount: fc.integer({ min: 1, max: 24 }),
  timeZone: fc.constantFrom('UTC', 'Europe/Madrid', 'America/Sao_Paulo', 'Pacific/Apia'),
}) satisfies fc.Arbitrary<Recurrence>;

test('the index of an instant is that of the period it lies in, also before the anchor', () => {
  fc.assert(
    fc.property(
      recurrences,
      fc.integer({ min: -60, max: 60 }),
      fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      (recurrence, index, part) => {
        const { start, end } = periodAt(recurrence, index);
        const within = start.getTime() + Math.floor((end.getTime() - start.getTime()) * part);
        expect(periodIndexAt(recurrence, new Date(within))).toBe(index);
        expect(periodIndexAt(recurrence, end)).toBe(index + 1);
        expect(periodIndexAt(recurrence, new Date(start.getTime() - 1))).toBe(index - 1);
      },
    ),
  );
});

test('the rest of a period begins where it is told to, and ends with the whole one', () => {
  const recurrence = monthly('2027-01-31T00:00:00Z');
  const [start, end] = ['2027-02-28T00:00:00Z', '2027-03-31T00:00:00Z'].map(
    (text) => new Date(text),
  );
  const later = new Date('2027-03-10T00:00:00Z');
  expect(periodFrom(recurrence, 1, later)).toEqual({ start: later, end, wholeStart: start });
  for (const from of [start!, new Date('2027-02-01T00:00:00Z')]) {
    expect(periodFrom(recurrence, 1, from)).toEqual({ start, end, wholeStart: start });
  }
});

test('every two weeks, three months and leap days', () => {
  const boundaries = (recurrence: Recurrence, ...indexes: number[]) =>
    indexes.map((index) => periodBoundary(recurrence, index).toISOString().slice(0, 16));
  // Two weeks over the end of summer time in Madrid: the local hour stays, at 10:00.
  const fortnight: Recurrence = {
    ...monthly('2026-10-19T08:00:00Z', 'Europe/Madrid'),
    interval: 'WEEK',
    intervalCount: 2,
  };
  expect(boundaries(fortnight, -1, 1, 2)).toEqual([
    '2026-10-05T08:00',
    '2026-11-02T09:00',
    '2026-11-16T09:00',
  ]);
  const quarter = { ...monthly('2026-11-30T00:00:00Z'), intervalCount: 3 };
  expect(boundaries(quarter, 1, 2, 5)).toEqual([
    '2027-02-28T00:00',
    '2027-05-30T00:00',
    '2028-02-29T00:00',
  ]);
  const leapDay: Recurrence = { ...monthly('2028-02-29T00:00:00Z'), interval: 'YEAR' };
  expect(boundaries(leapDay, -1, 1, 2, 3, 4)).toEqual([
    '2027-02-28T00:00',
    '2029-02-28T00:00',
    '2030-02-28T00:00',
    '2031-02-28T00:00',
    '2032-02-29T00:00',
  ]);
});

/** Where periods begin and end once a subscription has another interval. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { periodAt, periodBoundary, periodFrom, periodIndexAt } from '../period/period.ts';
import {
  countFromNow,
  countFromPeriodEnd,
  type BillingTerms,
  type CountedPeriods,
} from './count-periods.ts';

const timeZone = fc.constantFrom('UTC', 'America/New_York', 'Europe/Berlin', 'Pacific/Auckland');
const terms: fc.Arbitrary<BillingTerms> = fc.record({
  interval: fc.constantFrom('DAY', 'WEEK', 'MONTH', 'YEAR'),
  intervalCount: fc.integer({ min: 1, max: 12 }),
});
const instant = fc.date({
  min: new Date('2010-01-01T00:00:00Z'),
  max: new Date('2050-12-31T23:59:59Z'),
  noInvalidDate: true,
});
const whole = (counted: CountedPeriods, zone: string, index: number) =>
  periodAt({ ...counted, timeZone: zone }, index);

function counted(of: BillingTerms, billingAnchor: Date, periodIndex = 0, zone = 'UTC') {
  const { start, end } = periodAt({ ...of, billingAnchor, timeZone: zone }, periodIndex);
  return { ...of, billingAnchor, periodIndex, currentPeriodStart: start, currentPeriodEnd: end };
}

const month = { interval: 'MONTH', intervalCount: 1 } as const;
const quarter = { interval: 'MONTH', intervalCount: 3 } as const;
const week = { interval: 'WEEK', intervalCount: 1 } as const;
const year = { interval: 'YEAR', intervalCount: 1 } as const;

describe('counted from the end of the period', () => {
  it('goes on without a gap, with a whole period', () => {
    fc.assert(
      fc.property(
        terms,
        terms,
        instant,
        fc.integer({ min: -1, max: 60 }),
        timeZone,
        (old, next, anchor, index, zone) => {
          const before = counted(old, anchor, index, zone);
          const after = countFromPeriodEnd(before, next, zone);
          expect(after).toMatchObject(next);
          const recurrence = { ...after, timeZone: zone };
          const first = periodFrom(recurrence, after.periodIndex + 1, before.currentPeriodEnd);
          expect(first.start).toEqual(before.currentPeriodEnd);
          expect(first.wholeStart).toEqual(before.currentPeriodEnd);
          expect(first.end > first.start).toBe(true);
        },
      ),
    );
  });

  it('keeps what runs, whole or not: a trial ends when it was to end', () => {
    fc.assert(
      fc.property(terms, terms, instant, instant, timeZone, (old, next, anchor, end, zone) => {
        const trial = {
          ...old,
          billingAnchor: anchor,
          periodIndex: periodIndexAt({ ...old, billingAnchor: anchor, timeZone: zone }, end) - 1,
          currentPeriodStart: new Date(end.getTime() - 86_400_000),
          currentPeriodEnd: end,
        };
        const after = countFromPeriodEnd(trial, next, zone);
        expect(after).toMatchObject({
          currentPeriodStart: trial.currentPeriodStart,
          currentPeriodEnd: end,
        });
        expect(whole(after, zone, after.periodIndex + 1).start).toEqual(end);
      }),
    );
  });

  it.each([
    // Monthly on the 31st. The period that ends on February 28 is the first, index 0.
    ['quarters on the 31st', month, quarter, ['2027-02-28', '2027-05-31', '2027-08-31']],
    ['years at the end of February', month, year, ['2027-02-28', '2028-02-29', '2029-02-28']],
    ['weeks from the day itself', month, week, ['2027-02-28', '2027-03-07', '2027-03-14']],
  ])('from months on the 31st to %s', (_what, old, next, expected) => {
    const before = counted(old, new Date('2027-01-31T00:00:00Z'));
    const after = countFromPeriodEnd(before, next, 'UTC');
    const begins = [1, 2, 3].map((more) => whole(after, 'UTC', after.periodIndex + more).start);
    expect(begins).toEqual(expected.map((day) => new Date(`${day}T00:00:00Z`)));
  });

  it('from a year begun on January 31 to the ends of months', () => {
    const before = counted(year, new Date('2027-01-31T00:00:00Z'));
    const after = countFromPeriodEnd(before, month, 'UTC');
    const begins = [1, 2, 3, 4].map((more) => whole(after, 'UTC', after.periodIndex + more).start);
    // 2028 is a leap year.
    expect(begins).toEqual(
      ['2028-01-31', '2028-02-29', '2028-03-31', '2028-04-30'].map(
        (day) => new Date(`${day}T00:00:00Z`),
      ),
    );
  });
});

describe('counted from now', () => {
  it('begins a whole period at that instant', () => {
    fc.assert(
      fc.property(terms, instant, timeZone, (next, now, zone) => {
        const before = { currentPeriodStart: new Date(now.getTime() - 1) };
        const after = countFromNow(before, next, zone, now);
        expect(after).toMatchObject({
          billingAnchor: now,
          periodIndex: 0,
          currentPeriodStart: now,
        });
        expect(after.currentPeriodEnd).toEqual(periodBoundary({ ...after, timeZone: zone }, 1));
      }),
    );
  });

  it('tells a period from one that began at the same instant, and ends none later for it', () => {
    const now = new Date('2027-04-01T00:00:00Z');
    const once = countFromNow({ currentPeriodStart: now }, year, 'UTC', now);
    const twice = countFromNow(once, month, 'UTC', now);
    expect(once.currentPeriodStart).toEqual(new Date('2027-04-01T00:00:00.001Z'));
    expect(once.currentPeriodEnd).toEqual(new Date('2028-04-01T00:00:00Z'));
    expect(twice.currentPeriodStart).toEqual(new Date('2027-04-01T00:00:00.002Z'));
    expect(twice.currentPeriodEnd).toEqual(new Date('2027-05-01T00:00:00Z'));
  });
});

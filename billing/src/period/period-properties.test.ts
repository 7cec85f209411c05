/** What holds of any recurrence, in any zone. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, periodAt, periodBoundary, type Recurrence } from './period.ts';

/** Zones that change their clocks, north and south, by half an hour, and never. */
const timeZone = fc.constantFrom(
  'UTC',
  'America/New_York',
  'America/Sao_Paulo',
  'Europe/Berlin',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
);
const billingAnchor = fc.date({
  min: new Date('2000-01-01T00:00:00Z'),
  max: new Date('2060-12-31T23:59:59Z'),
  noInvalidDate: true,
});
const recurrence: fc.Arbitrary<Recurrence> = fc.record({
  billingAnchor,
  timeZone,
  interval: fc.constantFrom('DAY', 'WEEK', 'MONTH', 'YEAR'),
  intervalCount: fc.integer({ min: 1, max: 12 }),
});
const index = fc.integer({ min: -24, max: 120 });
const local = (instant: Date, zone: string) => instant.toTemporalInstant().toZonedDateTimeISO(zone);

describe('periods', () => {
  it('tile time: each ends where the next begins, none is empty', () => {
    fc.assert(
      fc.property(recurrence, index, (every, at) => {
        const { start, end } = periodAt(every, at);
        expect(start < end).toBe(true);
        expect(periodAt(every, at + 1).start).toEqual(end);
        expect(periodBoundary(every, at)).toEqual(start);
      }),
    );
  });

  it('begin at the anchor', () => {
    fc.assert(
      fc.property(recurrence, (every) => {
        expect(periodBoundary(every, 0)).toEqual(every.billingAnchor);
      }),
    );
  });

  it('of two at a time are every second boundary', () => {
    fc.assert(
      fc.property(recurrence, index, (every, at) => {
        const twice = { ...every, intervalCount: every.intervalCount * 2 };
        expect(periodBoundary(twice, at)).toEqual(periodBoundary(every, at * 2));
      }),
    );
  });

  it('hold exactly one of any instants after the anchor', () => {
    fc.assert(
      fc.property(recurrence, fc.double({ min: 0, max: 1, noNaN: true }), (every, share) => {
        const last = periodBoundary(every, 40);
        const span = last.getTime() - every.billingAnchor.getTime();
        const instant = new Date(every.billingAnchor.getTime() + Math.floor(span * share * 0.999));
        const holding = Array.from({ length: 40 }, (_, at) => periodAt(every, at)).filter(
          ({ start, end }) => start <= instant && instant < end,
        );
        expect(holding).toHaveLength(1);
      }),
    );
  });
});

describe('months and years', () => {
  it('fall on the day of the anchor, or on the last of a month without it', () => {
    fc.assert(
      fc.property(recurrence, index, (every, at) => {
        fc.pre(every.interval === 'MONTH' || every.interval === 'YEAR');
        const anchor = local(every.billingAnchor, every.timeZone);
        const boundary = local(periodBoundary(every, at), every.timeZone);
        expect(boundary.day).toBe(Math.min(anchor.day, boundary.daysInMonth));
        const months = every.interval === 'MONTH' ? every.intervalCount * at : 0;
        const years = every.interval === 'YEAR' ? every.intervalCount * at : 0;
        const counted = (boundary.year - anchor.year) * 12 + boundary.month - anchor.month;
        expect(counted).toBe(months + years * 12);
      }),
    );
  });

  it('anchored on February 29 are back on it in every leap year', () => {
    fc.assert(
      fc.property(timeZone, fc.integer({ min: 1, max: 30 }), (zone, leaps) => {
        const every: Recurrence = {
          interval: 'YEAR',
          intervalCount: 1,
          billingAnchor: new Date('2028-02-29T12:00:00Z'),
          timeZone: zone,
        };
        const anchored = local(every.billingAnchor, zone);
        const fourth = local(periodBoundary(every, leaps * 4), zone);
        // 2100 does not leap.
        fc.pre(fourth.inLeapYear);
        expect([fourth.month, fourth.day]).toEqual([anchored.month, anchored.day]);
      }),
    );
  });
});

it('days and weeks keep the hour of the wall clock, but where it is skipped', () => {
  fc.assert(
    fc.property(recurrence, index, (every, at) => {
      fc.pre(every.interval === 'DAY' || every.interval === 'WEEK');
      const anchor = local(every.billingAnchor, every.timeZone);
      const boundary = local(periodBoundary(every, at), every.timeZone);
      const days = every.intervalCount * at * (every.interval === 'WEEK' ? 7 : 1);
      expect(boundary.toPlainDate().equals(anchor.toPlainDate().add({ days }))).toBe(true);
      const apart = anchor.toPlainTime().until(boundary.toPlainTime()).total('minutes');
      expect(apart === 0 || Math.abs(apart) <= 60).toBe(true);
    }),
  );
});

it('whole days add up, and come back', () => {
  const days = fc.integer({ min: -1000, max: 1000 });
  fc.assert(
    fc.property(billingAnchor, days, days, (date, some, more) => {
      expect(addDays(addDays(date, some), more)).toEqual(addDays(date, some + more));
      expect(addDays(addDays(date, some), -some)).toEqual(date);
    }),
  );
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { periodFrom, periodIndexAt } from '../period/period.ts';
import {
  planSubscriptionStart,
  type StartOptions,
  type StartTerms,
} from './plan-subscription-start.ts';

const zones = fc.constantFrom('UTC', 'Europe/Madrid', 'America/Sao_Paulo', 'Asia/Kathmandu');

const terms = fc.record({
  interval: fc.constantFrom('DAY', 'WEEK', 'MONTH', 'YEAR'),
  intervalCount: fc.integer({ min: 1, max: 12 }),
  trialDays: fc.constantFrom(0, 0, 7, 14, 60),
  timeZone: zones,
}) satisfies fc.Arbitrary<StartTerms>;

const now = fc.date({
  min: new Date('2024-01-01'),
  max: new Date('2034-01-01'),
  noInvalidDate: true,
});

/** Options that fit the terms, relative to now. */
function optionsFor({ interval }: StartTerms, at: Date): fc.Arbitrary<StartOptions> {
  const byDay = interval === 'MONTH' || interval === 'YEAR';
  return fc.record({
    trialDays: fc.constantFrom(null, null, 0, 10),
    billingAnchor: byDay
      ? fc.constant(null)
      : fc
          .integer({ min: 0, max: 1000 })
          .map((days) => new Date(at.getTime() - days * 86_400_000 + 3_600_000 * 5)),
    billingDay: byDay ? fc.option(fc.integer({ min: 1, max: 31 })) : fc.constant(null),
    untilAnchor: fc.constantFrom(null, 'PRORATED', 'FREE'),
  });
}

const starts = fc
  .tuple(terms, now)
  .chain(([of, at]) =>
    fc.record({ of: fc.constant(of), at: fc.constant(at), options: optionsFor(of, at) }),
  );

test('whatever is asked for, time is billed from the first charge on, without gap or overlap', () => {
  fc.assert(
    fc.property(starts, ({ of, at, options }) => {
      const start = planSubscriptionStart(of, options, at);
      const { current, firstPeriod, periodIndex, billingAnchor, status, trialEnd } = start;
      const recurrence = { ...of, billingAnchor };
      expect(current.start).toEqual(at);
      expect(current.end > current.start).toBe(true);
      expect(firstPeriod.end > firstPeriod.start).toBe(true);
      expect(firstPeriod.wholeStart <= firstPeriod.start).toBe(true);
      if (status === 'TRIALING') {
        expect(trialEnd).toEqual(current.end);
        // What the renewal at its end bills.
        expect(periodFrom(recurrence, periodIndex + 1, current.end)).toEqual(firstPeriod);
      } else {
        expect(trialEnd).toBeNull();
        expect(current).toEqual({ start: firstPeriod.start, end: firstPeriod.end });
        expect(periodIndexAt(recurrence, at)).toBe(periodIndex);
      }
      const firstIndex = status === 'TRIALING' ? periodIndex + 1 : periodIndex;
      let { end } = firstPeriod;
      for (let n = 1; n <= 3; n += 1) {
        const next = periodFrom(recurrence, firstIndex + n, end);
        expect(next).toEqual({ start: end, wholeStart: end, end: next.end });
        end = next.end;
      }
      if (options.untilAnchor === 'FREE') expect(firstPeriod.wholeStart).toEqual(firstPeriod.start);
    }),
  );
});

test('without options nothing is prorated, and the trial is that of the prices', () => {
  fc.assert(
    fc.property(terms, now, (of, at) => {
      const { firstPeriod, trialEnd, billingAnchor } = planSubscriptionStart(of, {}, at);
      const begins = new Date(at.getTime() + of.trialDays * 86_400_000);
      expect(billingAnchor).toEqual(begins);
      expect(firstPeriod).toMatchObject({ start: begins, wholeStart: begins });
      expect(trialEnd).toEqual(of.trialDays > 0 ? begins : null);
    }),
  );
});

/** Whole histories of changes within one period, whatever they are and whenever. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prorate, remainingOf, type ProratedItem } from './prorate.ts';

const names = ['a', 'b', 'c', 'd'] as const;
/** What each price is: from nothing to millions; odd amounts divide badly. */
const prices = fc.record(
  Object.fromEntries(names.map((name) => [name, fc.bigInt({ min: 0n, max: 100_000_007n })])),
) as fc.Arbitrary<Record<(typeof names)[number], bigint>>;
const chosen = fc.uniqueArray(
  fc.record({ priceId: fc.constantFrom(...names), quantity: fc.integer({ min: 1, max: 50 }) }),
  { selector: ({ priceId }) => priceId, minLength: 1, maxLength: 4 },
);
/** Plans to change between, of the same prices: a price's amount never changes. */
const plansOf = (count: { minLength: number; maxLength: number }) =>
  fc
    .tuple(prices, fc.array(chosen, count))
    .map(([amounts, plans]) =>
      plans.map((plan) =>
        plan.map((item): ProratedItem => ({ ...item, unitAmountMinor: amounts[item.priceId] })),
      ),
    );
const plan = plansOf({ minLength: 1, maxLength: 1 }).map(([one]) => one!);
const twoPlans = plansOf({ minLength: 2, maxLength: 2 });
/** A period of whole seconds, and instants in it, in order. */
const history = fc
  .record({
    start: fc.integer({ min: 0, max: 4_000_000_000 }),
    seconds: fc.integer({ min: 1, max: 31_622_400 }),
    shares: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 8 }),
  })
  .map(({ start, seconds, shares }) => ({
    period: { start: new Date(start * 1000), end: new Date((start + seconds) * 1000) },
    instants: shares
      .toSorted((a, b) => a - b)
      .map((share) => new Date(start * 1000 + Math.floor(seconds * 1000 * share))),
  }));
const full = (items: readonly ProratedItem[]) =>
  items.reduce(
    (sum, { quantity, unitAmountMinor }) => sum + BigInt(quantity) * unitAmountMinor,
    0n,
  );

/** Each plan in its turn, from the first on: what each change nets to. */
function nets(
  plans: readonly ProratedItem[][],
  { period, instants }: { period: { start: Date; end: Date }; instants: readonly Date[] },
): bigint[] {
  return instants.map((now, index) => {
    const before = plans[index % plans.length]!;
    const after = plans[(index + 1) % plans.length]!;
    return prorate(before, after, period, now).netMinor;
  });
}

describe('a chain of changes in one period', () => {
  it('never owes the customer more than they have been charged', () => {
    fc.assert(
      fc.property(plansOf({ minLength: 2, maxLength: 5 }), history, (plans, time) => {
        let kept = full(plans[0]!);
        for (const net of nets(plans, time)) {
          kept += net;
          expect(kept).toBeGreaterThanOrEqual(0n);
        }
      }),
    );
  });

  it('costs no more than the dearest plan for all of the period, but for rounding', () => {
    fc.assert(
      fc.property(plansOf({ minLength: 2, maxLength: 5 }), history, (plans, time) => {
        const dearest = plans.reduce((most, one) => (full(one) > most ? full(one) : most), 0n);
        const paid = nets(plans, time).reduce((sum, net) => sum + net, full(plans[0]!));
        // Each change rounds two sides, by half a unit at most.
        expect(paid).toBeLessThanOrEqual(dearest + BigInt(time.instants.length));
      }),
    );
  });

  it('ends where one change would, when all come at the same second', () => {
    fc.assert(
      fc.property(
        plansOf({ minLength: 2, maxLength: 6 }),
        history,
        (plans, { period, instants }) => {
          const now = instants[0]!;
          const steps = plans.slice(1).map((after, index) => [plans[index]!, after] as const);
          const sum = steps.reduce(
            (total, [before, after]) => total + prorate(before, after, period, now).netMinor,
            0n,
          );
          const atOnce = prorate(plans[0]!, plans.at(-1)!, period, now).netMinor;
          const apart = sum > atOnce ? sum - atOnce : atOnce - sum;
          // What stays in one step is not rounded in it: half a unit a side and step.
          expect(apart).toBeLessThanOrEqual(BigInt(plans.length));
        },
      ),
    );
  });
});

describe('time', () => {
  it('never gives more the later it is: charges and credits only shrink', () => {
    fc.assert(
      fc.property(plan, history, (items, { period, instants }) => {
        let before: bigint | null = null;
        for (const now of instants) {
          const { debitMinor } = prorate([], items, period, now);
          const { creditMinor } = prorate(items, [], period, now);
          expect(creditMinor).toBe(debitMinor);
          if (before !== null) expect(debitMinor).toBeLessThanOrEqual(before);
          before = debitMinor;
        }
      }),
    );
  });

  it('that is used and that is left are the whole, and nothing is left at the end', () => {
    fc.assert(
      fc.property(plan, history, (items, { period, instants }) => {
        for (const now of instants) {
          const { remainingSeconds, totalSeconds } = remainingOf(period, now);
          expect(remainingSeconds >= 0n && remainingSeconds <= totalSeconds).toBe(true);
        }
        expect(remainingOf(period, period.end).remainingSeconds).toBe(0n);
        expect(prorate(items, [], period, period.end).creditMinor).toBe(0n);
        const later = new Date(period.end.getTime() + 86_400_000);
        expect(prorate(items, [], period, later).creditMinor).toBe(0n);
        const earlier = new Date(period.start.getTime() - 1000);
        expect(prorate(items, [], period, earlier).creditMinor).toBe(full(items));
      }),
    );
  });

  it('counts the same wherever the period lies', () => {
    fc.assert(
      fc.property(
        twoPlans,
        history,
        fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }),
        ([before, after], { period, instants }, shiftSeconds) => {
          const shift = (date: Date) => new Date(date.getTime() + shiftSeconds * 1000);
          const now = instants[0]!;
          const there = { start: shift(period.start), end: shift(period.end) };
          expect(prorate(before!, after!, there, shift(now))).toEqual(
            prorate(before!, after!, period, now),
          );
        },
      ),
    );
  });
});

it('the order of items changes no amount but by a unit, and never the sum', () => {
  fc.assert(
    fc.property(twoPlans, history, ([before, after], { period, instants }) => {
      const one = prorate(before!, after!, period, instants[0]!);
      const other = prorate(before!.toReversed(), after!.toReversed(), period, instants[0]!);
      expect(other.netMinor).toBe(one.netMinor);
      for (const { item, amountMinor } of one.lines) {
        const same = other.lines.find(
          (line) => line.item === item && line.amountMinor <= 0n === amountMinor <= 0n,
        );
        const apart = (same?.amountMinor ?? 0n) - amountMinor;
        expect(apart >= -1n && apart <= 1n).toBe(true);
      }
    }),
  );
});

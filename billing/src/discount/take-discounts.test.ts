import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { takeDiscounts, type DiscountTerms } from './take-discounts.ts';

const percent = (percentOffBps: number): DiscountTerms => ({ percentOffBps, amountOffMinor: null });
const amount = (amountOffMinor: bigint): DiscountTerms => ({ percentOffBps: null, amountOffMinor });
const sum = (parts: readonly bigint[]) => parts.reduce((total, part) => total + part, 0n);

const amounts = fc.array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { maxLength: 8 });
const percents = fc.integer({ min: 1, max: 10_000 }).map(percent);
const fixed = fc.bigInt({ min: 1n, max: 10n ** 12n }).map(amount);
const discounts = fc.array(fc.oneof(percents, fixed), { maxLength: 5 });

describe('takeDiscounts', () => {
  test('takes each of what the ones before left over', () => {
    // 20 % of 100.00, then 5.00 of 80.00.
    expect(takeDiscounts([6000n, 4000n], [percent(2000), amount(500n)])).toEqual({
      ofAmounts: [1500n, 1000n],
      byDiscount: [
        [1200n, 800n],
        [300n, 200n],
      ],
    });
    // 5.00 first: 20 % of 95.00.
    expect(sum(takeDiscounts([6000n, 4000n], [amount(500n), percent(2000)]).ofAmounts)).toBe(2400n);
  });

  test('rounds a percent once, and loses nothing in splitting it', () => {
    // 10 % of 0.99 is 0.099: 10 cents over three lines of 33.
    expect(takeDiscounts([33n, 33n, 33n], [percent(1000)]).ofAmounts).toEqual([4n, 3n, 3n]);
  });

  test('takes no more than there is', () => {
    expect(takeDiscounts([700n, 0n], [amount(1000n), percent(5000)])).toEqual({
      ofAmounts: [700n, 0n],
      byDiscount: [
        [700n, 0n],
        [0n, 0n],
      ],
    });
    expect(takeDiscounts([], [amount(1000n)])).toEqual({ ofAmounts: [], byDiscount: [[]] });
  });

  test('every discount is the sum of its parts, none goes beyond an amount', () => {
    fc.assert(
      fc.property(amounts, discounts, (given, terms) => {
        const { ofAmounts, byDiscount } = takeDiscounts(given, terms);
        expect(sum(ofAmounts)).toBe(sum(byDiscount.map(sum)));
        ofAmounts.forEach((taken, index) => {
          expect(taken >= 0n && taken <= given[index]!).toBe(true);
          expect(sum(byDiscount.map((parts) => parts[index]!))).toBe(taken);
        });
        byDiscount.flat().forEach((part) => expect(part >= 0n).toBe(true));
      }),
    );
  });

  test('amounts take the same together in any order', () => {
    fc.assert(
      fc.property(amounts, fc.array(fixed, { maxLength: 5 }), (given, terms) => {
        const forward = sum(takeDiscounts(given, terms).ofAmounts);
        expect(sum(takeDiscounts(given, terms.toReversed()).ofAmounts)).toBe(forward);
      }),
    );
  });

  test('in the order of the amounts nothing hangs but a unit', () => {
    fc.assert(
      fc.property(amounts, discounts, (given, terms) => {
        const forward = takeDiscounts(given, terms);
        const backward = takeDiscounts(given.toReversed(), terms);
        expect(forward.byDiscount.map(sum)).toEqual(backward.byDiscount.map(sum));
      }),
    );
  });
});

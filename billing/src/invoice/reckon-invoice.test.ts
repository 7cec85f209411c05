import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DiscountTerms } from '../discount/take-discounts.ts';
import type { TaxTerms } from '../ports.ts';
import { discountLines, taxLine, totalsOf, type ReckonedLine } from './reckon-invoice.ts';

const terms = (ratePpm: number, inclusive: boolean): TaxTerms => ({
  taxRateId: null,
  name: 'VAT',
  ratePpm,
  inclusive,
});

interface Line {
  amountMinor: bigint;
  terms: TaxTerms | null;
}

function reckon(lines: readonly Line[], discounts: readonly DiscountTerms[]): ReckonedLine[] {
  return discountLines(lines, discounts).lines.map((line) => ({
    ...line,
    tax: taxLine(line, line.terms),
  }));
}

const anyTerms = fc.option(
  fc.record({ ratePpm: fc.integer({ min: 0, max: 1_000_000 }), inclusive: fc.boolean() }),
);
const anyLine: fc.Arbitrary<Line> = fc.record({
  amountMinor: fc.bigInt({ min: 0n, max: 10n ** 12n }),
  terms: anyTerms.map((chosen) => chosen && terms(chosen.ratePpm, chosen.inclusive)),
});
const anyDiscount: fc.Arbitrary<DiscountTerms> = fc.oneof(
  fc.integer({ min: 1, max: 10_000 }).map((bps) => ({ percentOffBps: bps, amountOffMinor: null })),
  fc
    .bigInt({ min: 1n, max: 10n ** 12n })
    .map((off) => ({ percentOffBps: null, amountOffMinor: off })),
);
const lines = fc.array(anyLine, { maxLength: 8 });
const discounts = fc.array(anyDiscount, { maxLength: 4 });

describe('an invoice', () => {
  test('is discounted first and taxed then: added, and found in the price', () => {
    // 100.00 and 50.00, 10 % off: 90.00 and 45.00. 21 % added to 90.00 is 18.90; 10 % within 45.00
    // is 4.09 (40.91 net). To pay: 90.00 + 18.90 + 45.00 = 153.90.
    const reckoned = reckon(
      [
        { amountMinor: 10_000n, terms: terms(210_000, false) },
        { amountMinor: 5000n, terms: terms(100_000, true) },
      ],
      [{ percentOffBps: 1000, amountOffMinor: null }],
    );
    expect(totalsOf(reckoned)).toEqual({
      subtotalMinor: 15_000n,
      discountMinor: 1500n,
      taxMinor: 2299n,
      taxIncludedMinor: 409n,
      totalMinor: 15_390n,
    });
  });

  test('with a credit line gives back its part of discount and tax', () => {
    // Back: 50.00 less 10 % is 45.00, and 19 % of it. To pay: 80.00 less 10 % is 72.00, and 19 %.
    const tax = terms(190_000, false);
    const credit = { amountMinor: -5000n, discountMinor: -500n };
    const charge = { amountMinor: 8000n, discountMinor: 800n };
    expect(
      totalsOf([credit, charge].map((line) => ({ ...line, tax: taxLine(line, tax) }))),
    ).toEqual({
      subtotalMinor: 3000n,
      discountMinor: 300n,
      taxMinor: 513n, // 13.68 - 8.55
      taxIncludedMinor: 0n,
      totalMinor: 3213n,
    });
  });

  test('is its lines: no sum is rounded for itself', () => {
    fc.assert(
      fc.property(lines, discounts, (given, off) => {
        const reckoned = reckon(given, off);
        const totals = totalsOf(reckoned);
        const ofLines = reckoned.map(
          ({ amountMinor, discountMinor, tax }) =>
            amountMinor - discountMinor + (tax && !tax.inclusive ? tax.taxMinor : 0n),
        );
        expect(totals.totalMinor).toBe(ofLines.reduce((sum, part) => sum + part, 0n));
        expect(totals.totalMinor).toBe(
          totals.subtotalMinor - totals.discountMinor + totals.taxMinor - totals.taxIncludedMinor,
        );
      }),
    );
  });

  test('has no negative tax, and no more discount than there is to take', () => {
    fc.assert(
      fc.property(lines, discounts, (given, off) => {
        for (const { amountMinor, discountMinor, tax } of reckon(given, off)) {
          expect(discountMinor >= 0n && discountMinor <= amountMinor).toBe(true);
          expect((tax?.taxMinor ?? 0n) >= 0n).toBe(true);
          if (tax?.inclusive) expect(tax.taxMinor <= amountMinor - discountMinor).toBe(true);
        }
        expect(totalsOf(reckon(given, off)).totalMinor >= 0n).toBe(true);
      }),
    );
  });

  test('of inclusive prices alone costs what its prices say', () => {
    fc.assert(
      fc.property(lines, discounts, (given, off) => {
        const inclusive = given.map(({ amountMinor, terms: taxed }) => ({
          amountMinor,
          terms: taxed && { ...taxed, inclusive: true },
        }));
        const { subtotalMinor, discountMinor, totalMinor } = totalsOf(reckon(inclusive, off));
        expect(totalMinor).toBe(subtotalMinor - discountMinor);
      }),
    );
  });

  test('comes to the same whatever order its lines are in, where no discount is split', () => {
    fc.assert(
      fc.property(lines, (given) => {
        expect(totalsOf(reckon(given.toReversed(), []))).toEqual(totalsOf(reckon(given, [])));
      }),
    );
  });

  test('credited line by line comes to nothing', () => {
    fc.assert(
      fc.property(lines, discounts, (given, off) => {
        const charged = reckon(given, off);
        const credited = charged.map(({ amountMinor, discountMinor, tax }) => {
          const line = { amountMinor: -amountMinor, discountMinor: -discountMinor };
          return { ...line, tax: taxLine(line, tax) };
        });
        expect(totalsOf([...charged, ...credited])).toEqual(totalsOf([]));
      }),
    );
  });
});

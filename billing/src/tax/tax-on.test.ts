import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { taxOn } from './tax-on.ts';

const amount = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
const ratePpm = fc.integer({ min: 0, max: 1_000_000 });

describe('taxOn', () => {
  test('adds a tax, or finds it in the price', () => {
    expect(taxOn(10_000n, { ratePpm: 210_000, inclusive: false })).toBe(2100n);
    // 100.00 / 1.21 = 82.644...: 82.64 and 17.36.
    expect(taxOn(10_000n, { ratePpm: 210_000, inclusive: true })).toBe(1736n);
    expect(taxOn(12_100n, { ratePpm: 210_000, inclusive: true })).toBe(2100n);
  });

  test('knows rates finer than a basis point', () => {
    // 8.875 % of 19.99 is 1.7741; of 200.00 it is 17.75.
    expect(taxOn(1999n, { ratePpm: 88_750, inclusive: false })).toBe(177n);
    expect(taxOn(20_000n, { ratePpm: 88_750, inclusive: false })).toBe(1775n);
  });

  test('rounds halves up, in currencies with no and three decimals too', () => {
    // 10 % of 15 yen is 1.5; 5 % of 1.010 dinar is 50.5 fils.
    expect(taxOn(15n, { ratePpm: 100_000, inclusive: false })).toBe(2n);
    expect(taxOn(1010n, { ratePpm: 50_000, inclusive: false })).toBe(51n);
  });

  test('gives back what it took, and is within half a unit of the exact tax', () => {
    fc.assert(
      fc.property(amount, ratePpm, fc.boolean(), (amountMinor, rate, inclusive) => {
        const terms = { ratePpm: rate, inclusive };
        const tax = taxOn(amountMinor, terms);
        expect(taxOn(-amountMinor, terms)).toBe(-tax);
        const whole = 1_000_000n + (inclusive ? BigInt(rate) : 0n);
        const error = tax * whole - amountMinor * BigInt(rate);
        expect((error < 0n ? -error : error) * 2n <= whole).toBe(true);
      }),
    );
  });

  test('what is added to a net amount is found again in the sum', () => {
    fc.assert(
      fc.property(amount, ratePpm, (net, rate) => {
        const added = taxOn(net, { ratePpm: rate, inclusive: false });
        expect(taxOn(net + added, { ratePpm: rate, inclusive: true })).toBe(added);
      }),
    );
  });
});

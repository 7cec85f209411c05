import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { taxOfCredit } from './tax-of-credit.ts';

describe('taxOfCredit', () => {
  test('is its share of the tax', () => {
    // 121.00 with 21.00 of tax: a credit of 60.50 holds 10.50.
    expect(taxOfCredit({ totalMinor: 12_100n, taxMinor: 2100n }, 0n, 6050n)).toBe(1050n);
    expect(taxOfCredit({ totalMinor: 12_100n, taxMinor: 0n }, 0n, 6050n)).toBe(0n);
    expect(taxOfCredit({ totalMinor: 0n, taxMinor: 0n }, 0n, 100n)).toBe(0n);
  });

  test('is none beyond the total', () => {
    const invoice = { totalMinor: 12_100n, taxMinor: 2100n };
    expect(taxOfCredit(invoice, 12_000n, 12_100n)).toBe(17n);
    expect(taxOfCredit(invoice, 12_100n, 50n)).toBe(0n);
  });

  test('however an invoice is credited away, its credits hold exactly its tax', () => {
    const parts = fc.array(fc.bigInt({ min: 1n, max: 10n ** 9n }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(parts, fc.bigInt({ min: 0n, max: 10n ** 9n }), (amounts, share) => {
        const totalMinor = amounts.reduce((sum, part) => sum + part, 0n);
        const invoice = { totalMinor, taxMinor: (totalMinor * share) / 10n ** 9n };
        let credited = 0n;
        let tax = 0n;
        for (const amountMinor of amounts) {
          const part = taxOfCredit(invoice, credited, amountMinor);
          expect(part >= 0n && part <= amountMinor).toBe(true);
          tax += part;
          credited += amountMinor;
        }
        expect(tax).toBe(invoice.taxMinor);
      }),
    );
  });
});

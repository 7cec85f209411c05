import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allocate } from './allocate.ts';
import { applyBps } from './apply-bps.ts';
import { currencyExponent } from './currency-exponent.ts';
import { decimalAmount } from './decimal-amount.ts';
import { divideRounded } from './divide-rounded.ts';
import { formatMoney } from './format-money.ts';

const amount = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n });
const sum = (parts: readonly bigint[]) => parts.reduce((total, part) => total + part, 0n);
/** Intl separates with no-break spaces. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

describe('currencyExponent', () => {
  test('knows currencies with no, two, three and four decimals', () => {
    expect(['JPY', 'USD', 'EUR', 'KWD', 'CLF'].map(currencyExponent)).toEqual([0, 2, 2, 3, 4]);
  });

  test('refuses what is not a currency code', () => {
    for (const code of ['', 'usd', 'US', 'USDT']) {
      expect(() => currencyExponent(code)).toThrow(RangeError);
    }
  });
});

describe('decimalAmount', () => {
  test('puts the point where the currency has it', () => {
    expect(decimalAmount(123456n, 'USD')).toBe('1234.56');
    expect(decimalAmount(-5n, 'USD')).toBe('-0.05');
    expect(decimalAmount(500n, 'JPY')).toBe('500');
    expect(decimalAmount(1n, 'KWD')).toBe('0.001');
    expect(decimalAmount(0n, 'EUR')).toBe('0.00');
  });

  test('loses nothing at any size', () => {
    fc.assert(
      fc.property(amount, fc.constantFrom('USD', 'JPY', 'KWD'), (amountMinor, currency) => {
        const digits = decimalAmount(amountMinor, currency).replace('.', '');
        expect(BigInt(digits)).toBe(amountMinor);
      }),
    );
  });
});

describe('formatMoney', () => {
  test('writes as the language does', () => {
    expect(plain(formatMoney(123450n, 'USD', 'en'))).toBe('$1,234.50');
    expect(plain(formatMoney(123450n, 'EUR', 'de'))).toBe('1.234,50 €');
    expect(plain(formatMoney(123450n, 'BRL', 'pt'))).toBe('R$ 1.234,50');
    expect(plain(formatMoney(1234n, 'JPY', 'en'))).toBe('¥1,234');
    expect(plain(formatMoney(1234n, 'KWD', 'en'))).toBe('KWD 1.234');
  });

  test('is exact beyond what a float holds', () => {
    expect(formatMoney(900719925474099312n, 'USD', 'en')).toBe('$9,007,199,254,740,993.12');
  });
});

describe('divideRounded', () => {
  test('rounds halves as told', () => {
    expect(divideRounded(5n, 2n, 'half-up')).toBe(3n);
    expect(divideRounded(-5n, 2n, 'half-up')).toBe(-3n);
    expect(divideRounded(5n, 2n, 'half-even')).toBe(2n);
    expect(divideRounded(7n, 2n, 'half-even')).toBe(4n);
    expect(divideRounded(5n, 2n, 'down')).toBe(2n);
    expect(divideRounded(4n, 3n, 'up')).toBe(2n);
  });

  test('is never further than promised, and symmetric', () => {
    const divisor = fc.bigInt({ min: 1n, max: 10n ** 9n });
    const rounding = fc.constantFrom('half-up', 'half-even', 'down', 'up' as const);
    fc.assert(
      fc.property(amount, divisor, rounding, (numerator, denominator, mode) => {
        const quotient = divideRounded(numerator, denominator, mode);
        const error = quotient * denominator - numerator;
        const distance = error < 0n ? -error : error;
        if (mode.startsWith('half')) expect(distance * 2n <= denominator).toBe(true);
        else expect(distance < denominator).toBe(true);
        expect(divideRounded(-numerator, denominator, mode)).toBe(-quotient);
      }),
    );
  });

  test('refuses to divide by zero', () => {
    expect(() => divideRounded(1n, 0n, 'down')).toThrow(RangeError);
  });
});

describe('applyBps', () => {
  test('takes a rate of an amount', () => {
    expect(applyBps(1999n, 1900)).toBe(380n);
    expect(applyBps(1999n, 1900, 'down')).toBe(379n);
    expect(applyBps(1999n, 0)).toBe(0n);
    expect(applyBps(-1999n, 1900)).toBe(-380n);
  });

  test('takes all of it at 100 %', () => {
    fc.assert(fc.property(amount, (amountMinor) => applyBps(amountMinor, 10_000) === amountMinor));
  });

  test('refuses fractions of a basis point', () => {
    expect(() => applyBps(100n, 12.5)).toThrow(RangeError);
  });
});

describe('allocate', () => {
  const weights = fc
    .array(fc.bigInt({ min: 0n, max: 10n ** 9n }), { minLength: 1, maxLength: 20 })
    .filter((list) => list.some((weight) => weight > 0n));

  test('gives the units that do not divide to the first of equals', () => {
    expect(allocate(100n, [1n, 1n, 1n])).toEqual([34n, 33n, 33n]);
    expect(allocate(-100n, [1n, 1n, 1n])).toEqual([-34n, -33n, -33n]);
    expect(allocate(10n, [0n, 3n, 1n])).toEqual([0n, 8n, 2n]);
    expect(allocate(5n, [1n])).toEqual([5n]);
  });

  test('parts always add up to the whole', () => {
    fc.assert(
      fc.property(amount, weights, (amountMinor, list) => {
        expect(sum(allocate(amountMinor, list))).toBe(amountMinor);
      }),
    );
  });

  test('no part is a whole unit away from its exact share, and no weight means nothing', () => {
    fc.assert(
      fc.property(amount, weights, (amountMinor, list) => {
        const total = sum(list);
        allocate(amountMinor, list).forEach((part, index) => {
          const error = part * total - amountMinor * list[index]!;
          expect((error < 0n ? -error : error) < total).toBe(true);
          if (list[index] === 0n) expect(part).toBe(0n);
        });
      }),
    );
  });

  test('refuses weights that cannot share', () => {
    expect(() => allocate(1n, [])).toThrow(RangeError);
    expect(() => allocate(1n, [0n])).toThrow(RangeError);
    expect(() => allocate(1n, [-1n, 2n])).toThrow(RangeError);
  });
});

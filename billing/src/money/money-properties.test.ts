/** What holds of any amount, in any currency. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allocate } from './allocate.ts';
import { applyBps } from './apply-bps.ts';
import { currencyExponent } from './currency-exponent.ts';
import { decimalAmount } from './decimal-amount.ts';
import { divideRounded } from './divide-rounded.ts';
import { formatMoney } from './format-money.ts';

const amount = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n });
const positive = fc.bigInt({ min: 0n, max: 10n ** 20n });
const currency = fc.constantFrom('JPY', 'KRW', 'USD', 'EUR', 'BRL', 'KWD', 'TND', 'CLF');
const bps = fc.integer({ min: 0, max: 10_000 });
const sum = (parts: readonly bigint[]) => parts.reduce((total, part) => total + part, 0n);
const weights = fc
  .array(fc.bigInt({ min: 0n, max: 10n ** 9n }), { minLength: 1, maxLength: 20 })
  .filter((list) => list.some((weight) => weight > 0n));

describe('allocate', () => {
  test('gives a larger weight no less, and equal weights the same but for a unit', () => {
    fc.assert(
      fc.property(positive, weights, (amountMinor, list) => {
        const parts = allocate(amountMinor, list);
        for (const [index, part] of parts.entries()) {
          for (const [other, weight] of list.entries()) {
            if (list[index]! > weight) expect(part >= parts[other]!).toBe(true);
            if (list[index]! === weight) {
              const apart = part - parts[other]!;
              expect(apart >= -1n && apart <= 1n).toBe(true);
            }
          }
        }
      }),
    );
  });

  test('knows only how weights compare: all of them times any number is the same', () => {
    fc.assert(
      fc.property(amount, weights, fc.bigInt({ min: 1n, max: 10n ** 6n }), (whole, list, times) => {
        expect(
          allocate(
            whole,
            list.map((weight) => weight * times),
          ),
        ).toEqual(allocate(whole, list));
      }),
    );
  });

  test('of a credit is the mirror of that of a charge', () => {
    fc.assert(
      fc.property(positive, weights, (amountMinor, list) => {
        expect(allocate(-amountMinor, list)).toEqual(
          allocate(amountMinor, list).map((part) => -part),
        );
      }),
    );
  });

  test('never turns a part the other way, and no part exceeds the whole', () => {
    fc.assert(
      fc.property(amount, weights, (amountMinor, list) => {
        for (const part of allocate(amountMinor, list)) {
          if (amountMinor >= 0n) expect(part >= 0n && part <= amountMinor).toBe(true);
          else expect(part <= 0n && part >= amountMinor).toBe(true);
        }
      }),
    );
  });

  test('of what divides is exact, whatever is taken twice', () => {
    fc.assert(
      fc.property(weights, fc.bigInt({ min: 0n, max: 10n ** 9n }), (list, times) => {
        expect(allocate(sum(list) * times, list)).toEqual(list.map((weight) => weight * times));
      }),
    );
  });

  test('refuses weights that say nothing', () => {
    expect(() => allocate(1n, [])).toThrow(RangeError);
    expect(() => allocate(1n, [0n, 0n])).toThrow(RangeError);
    expect(() => allocate(1n, [2n, -1n])).toThrow(RangeError);
  });
});

describe('divideRounded', () => {
  const divisor = fc
    .bigInt({ min: -(10n ** 9n), max: 10n ** 9n })
    .filter((denominator) => denominator !== 0n);
  const modes = ['half-up', 'half-even', 'down', 'up'] as const;

  test('is exact where it divides', () => {
    fc.assert(
      fc.property(amount, divisor, fc.constantFrom(...modes), (quotient, denominator, mode) => {
        expect(divideRounded(quotient * denominator, denominator, mode)).toBe(quotient);
      }),
    );
  });

  test('never turns round: more stays more', () => {
    fc.assert(
      fc.property(
        amount,
        positive,
        divisor,
        fc.constantFrom(...modes),
        (numerator, more, denominator, mode) => {
          const magnitude = denominator < 0n ? -denominator : denominator;
          expect(
            divideRounded(numerator, magnitude, mode) <=
              divideRounded(numerator + more, magnitude, mode),
          ).toBe(true);
        },
      ),
    );
  });

  test('down and up are a unit apart where it does not divide, with the halves between', () => {
    fc.assert(
      fc.property(positive, divisor, (numerator, denominator) => {
        const magnitude = denominator < 0n ? -denominator : denominator;
        const [halfUp, halfEven, down, up] = modes.map((mode) =>
          divideRounded(numerator, magnitude, mode),
        ) as [bigint, bigint, bigint, bigint];
        expect(up - down).toBe(numerator % magnitude === 0n ? 0n : 1n);
        for (const half of [halfUp, halfEven]) expect(half === down || half === up).toBe(true);
        expect(halfUp >= halfEven).toBe(true);
      }),
    );
  });

  test('half-even is without bias: over a whole turn the errors add up to nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), (denominator) => {
        const turn = BigInt(denominator);
        let error = 0n;
        for (let numerator = 0n; numerator < 2n * turn; numerator += 1n) {
          error += divideRounded(numerator, turn, 'half-even') * turn - numerator;
        }
        expect(error).toBe(0n);
      }),
      { numRuns: 50 },
    );
  });
});

describe('applyBps', () => {
  test('takes more of more, and at a higher rate; never more than all of it', () => {
    fc.assert(
      fc.property(positive, positive, bps, bps, (amountMinor, more, rate, other) => {
        const taken = applyBps(amountMinor, rate);
        expect(taken >= 0n && taken <= amountMinor).toBe(true);
        expect(applyBps(amountMinor + more, rate) >= taken).toBe(true);
        if (other >= rate) expect(applyBps(amountMinor, other) >= taken).toBe(true);
      }),
    );
  });

  test('of the parts is that of the whole, but for half a unit a part', () => {
    fc.assert(
      fc.property(fc.array(positive, { minLength: 1, maxLength: 20 }), bps, (parts, rate) => {
        const apart = sum(parts.map((part) => applyBps(part, rate))) - applyBps(sum(parts), rate);
        const most = BigInt(parts.length + 1);
        expect(2n * (apart < 0n ? -apart : apart) <= most).toBe(true);
      }),
    );
  });
});

describe('in every currency', () => {
  test('a decimal amount has its decimals, and reads back as what it was', () => {
    fc.assert(
      fc.property(amount, currency, (amountMinor, code) => {
        const text = decimalAmount(amountMinor, code);
        const [whole, decimals = ''] = text.replace('-', '').split('.') as [string, string?];
        expect(decimals).toHaveLength(currencyExponent(code));
        expect(whole).toMatch(/^(0|[1-9]\d*)$/);
        const magnitude = BigInt(whole + decimals);
        expect(text.startsWith('-') ? -magnitude : magnitude).toBe(amountMinor);
      }),
    );
  });

  test('what people read has the same digits in each language', () => {
    fc.assert(
      fc.property(
        amount,
        currency,
        fc.constantFrom('en', 'es', 'de', 'pt', 'it'),
        (amountMinor, code, locale) => {
          const digits = formatMoney(amountMinor, code, locale).replace(/\D/g, '');
          expect(BigInt(digits)).toBe(amountMinor < 0n ? -amountMinor : amountMinor);
        },
      ),
    );
  });
});

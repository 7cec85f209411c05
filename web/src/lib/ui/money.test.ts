import { describe, expect, it } from 'vitest';
import { currencyExponent, formatMoney } from './money.ts';

const plainSpaces = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

describe('formatMoney', () => {
  it('places the decimal point by the currency’s exponent', () => {
    expect(formatMoney(129900, 'USD', 'en')).toBe('$1,299.00');
    expect(formatMoney(1299, 'JPY', 'en')).toBe('¥1,299');
    expect(plainSpaces(formatMoney(1299, 'KWD', 'en'))).toBe('KWD 1.299');
    expect([currencyExponent('EUR'), currencyExponent('JPY'), currencyExponent('KWD')]).toEqual([
      2, 0, 3,
    ]);
  });

  it('writes as the locale writes', () => {
    expect(plainSpaces(formatMoney(129900, 'EUR', 'de'))).toBe('1.299,00 €');
    expect(plainSpaces(formatMoney(4900, 'BRL', 'pt'))).toBe('R$ 49,00');
  });

  it('keeps small, negative and huge amounts exact', () => {
    expect(formatMoney(5, 'USD', 'en')).toBe('$0.05');
    expect(formatMoney(-2500, 'USD', 'en')).toBe('-$25.00');
    expect(formatMoney('900719925474099312', 'USD', 'en')).toBe('$9,007,199,254,740,993.12');
  });
});

import { currencyExponent } from './currency-exponent.ts';
import { decimalAmount } from './decimal-amount.ts';

const formatters = new Map<string, Intl.NumberFormat>();

function formatterFor(currency: string, locale: string): Intl.NumberFormat {
  const key = `${locale} ${currency}`;
  let formatter = formatters.get(key);
  if (!formatter) {
    const digits = currencyExponent(currency);
    formatter = new Intl.NumberFormat(locale, {
      style: 'currency',
      currency,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    formatters.set(key, formatter);
  }
  return formatter;
}

/**
 * An amount as people read it: `formatMoney(123450n, 'EUR', 'de')` is `1.234,50 €`. Exact at any
 * size: the number goes to `Intl` as a decimal string, never as a float.
 *
 * @param locale BCP 47 tag.
 */
export function formatMoney(amountMinor: bigint, currency: string, locale: string): string {
  return formatterFor(currency, locale).format(decimalAmount(amountMinor, currency));
}

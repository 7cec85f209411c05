/**
 * Decimals of a currency's minor unit (ISO 4217). A table and not `Intl`: what ICU shows is what
 * people like to see (no decimals for the Albanian lek, say), not what processors charge in, and
 * it changes with the runtime.
 */
const withoutDecimals = new Set(
  'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' '),
);
const withThreeDecimals = new Set('BHD IQD JOD KWD LYD OMR TND'.split(' '));
const withFourDecimals = new Set(['CLF', 'UYW']);

/**
 * @param currency ISO 4217 code, upper case.
 * @returns 2 for USD (1 dollar = 10^2 cents), 0 for JPY, 3 for KWD.
 * @throws RangeError when `currency` is not three capital letters.
 */
export function currencyExponent(currency: string): 0 | 2 | 3 | 4 {
  if (!/^[A-Z]{3}$/.test(currency)) throw new RangeError(`Not a currency code: ${currency}`);
  if (withoutDecimals.has(currency)) return 0;
  if (withThreeDecimals.has(currency)) return 3;
  if (withFourDecimals.has(currency)) return 4;
  return 2;
}

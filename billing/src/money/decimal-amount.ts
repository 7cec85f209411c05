import { currencyExponent } from './currency-exponent.ts';

/**
 * The amount in major units as an exact decimal string: 123456n USD is `1234.56`, -5n USD is
 * `-0.05`, 500n JPY is `500`.
 */
export function decimalAmount(amountMinor: bigint, currency: string): `${number}` {
  const exponent = currencyExponent(currency);
  const sign = amountMinor < 0n ? '-' : '';
  const digits = (amountMinor < 0n ? -amountMinor : amountMinor)
    .toString()
    .padStart(exponent + 1, '0');
  const decimal =
    exponent === 0 ? digits : `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
  return `${sign}${decimal}` as `${number}`;
}

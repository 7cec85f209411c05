/**
 * Money for people: integer minor units and an ISO currency in, localized text out.
 * Never arithmetic: amounts are added and split by the API.
 */

/** Decimal digits of a currency's minor unit: 2 for EUR, 0 for JPY, 3 for KWD. */
export function currencyExponent(currency: string): number {
  return (
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions()
      .maximumFractionDigits ?? 2
  );
}

/**
 * @param amountMinor integer minor units; a string where the API sends a 64-bit integer
 * @returns for example `1.299,00 €` for (129900, 'EUR', 'de')
 */
export function formatMoney(
  amountMinor: bigint | number | string,
  currency: string,
  locale: string,
): string {
  const minor = BigInt(amountMinor);
  const exponent = currencyExponent(currency);
  const digits = (minor < 0n ? -minor : minor).toString().padStart(exponent + 1, '0');
  const cut = digits.length - exponent;
  const decimal = exponent === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`;
  // A decimal string keeps every digit; a float would round past 2^53.
  const exact = `${minor < 0n ? '-' : ''}${decimal}` as `${number}`;
  return new Intl.NumberFormat(locale, { style: 'currency', currency }).format(exact);
}

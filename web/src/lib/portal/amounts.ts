import { getLocale } from '#lib/paraglide/runtime.js';
import { formatMoney } from '#lib/ui/money.ts';

type Amount = { amountMinor: number; currency: string };

/** One entry a currency. */
export function sumByCurrency(amounts: readonly Amount[]): Amount[] {
  const sums = new Map<string, number>();
  for (const { amountMinor, currency } of amounts) {
    sums.set(currency, (sums.get(currency) ?? 0) + amountMinor);
  }
  return [...sums].map(([currency, amountMinor]) => ({ currency, amountMinor }));
}

/** “€49.00”, or “€49.00 and $10.00” where several currencies are owed. */
export function amountsText(amounts: readonly Amount[]): string {
  const locale = getLocale();
  return new Intl.ListFormat(locale).format(
    amounts.map(({ amountMinor, currency }) => formatMoney(amountMinor, currency, locale)),
  );
}

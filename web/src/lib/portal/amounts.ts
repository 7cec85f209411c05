import { getLocale } from '#lib/paraglide/runtime.js';
import { formatMoney } from '#lib/ui/money.ts';

type Amount = { amountMinor: number; currency: string };

/** “€49.00”, or “€49.00 and $10.00” where several currencies are owed. */
export function amountsText(amounts: readonly Amount[]): string {
  const locale = getLocale();
  return new Intl.ListFormat(locale).format(
    amounts.map(({ amountMinor, currency }) => formatMoney(amountMinor, currency, locale)),
  );
}

import type { BillingInterval } from '#lib/gql/graphql.ts';
import { getLocale } from '#lib/paraglide/runtime.js';
import { intervalText } from '#lib/subscription/describe.ts';
import { formatMoney } from '#lib/ui/money.ts';

type Amount = { amountMinor: number; currency: string };

/** “€49.00” */
export function moneyText({ amountMinor, currency }: Amount): string {
  return formatMoney(amountMinor, currency, getLocale());
}

/** “€49.00 per month” */
export function priceText(
  amount: Amount,
  of: { interval: BillingInterval | null; intervalCount: number | null },
): string {
  return of.interval
    ? `${moneyText(amount)} ${intervalText(of.interval, of.intervalCount ?? 1)}`
    : moneyText(amount);
}

/** “Business”, “3 × Business” */
export function planName({
  productName,
  quantity,
}: {
  productName: string;
  quantity: number;
}): string {
  return quantity === 1 ? productName : `${quantity} × ${productName}`;
}

import { getLocale } from '#lib/paraglide/runtime.js';
import { formatDate } from '#lib/ui/date-time.ts';
import { formatMoney } from '#lib/ui/money.ts';

/** For sentences, where `Money` and `DateTime` cannot stand: the same words as they render. */

export function moneyText({
  amountMinor,
  currency,
}: {
  amountMinor: number | string;
  currency: string;
}): string {
  return formatMoney(amountMinor, currency, getLocale());
}

/** @param ppm parts per million: 88750 is 8.875 % */
export function percentText(ppm: number): string {
  const style = { style: 'percent', maximumFractionDigits: 4 } as const;
  return new Intl.NumberFormat(getLocale(), style).format(ppm / 1_000_000);
}

/** Sums in several currencies, one after the other. */
export function amountsText(amounts: readonly { amountMinor: number; currency: string }[]): string {
  return amounts.map(moneyText).join(' + ');
}

/** @param at ISO 8601 instant; the day in UTC, as billing dates are stated */
export function dayText(at: string): string {
  return formatDate(at, getLocale(), 'day');
}

/** The same where room is short. */
export function shortDayText(at: string): string {
  return formatDate(at, getLocale(), 'short-day');
}

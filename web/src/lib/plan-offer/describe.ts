import type {
  OfferedPlanFragment,
  PlanPreviewFragment,
  PortalSubscriptionFragment,
} from '#lib/gql/graphql.ts';
import { getLocale } from '#lib/paraglide/runtime.js';
import {
  intervalText,
  itemsText,
  sameInterval,
  withInterval,
  type Billed,
} from '#lib/subscription/describe.ts';
import { formatMoney } from '#lib/ui/money.ts';

type Amount = { amountMinor: number; currency: string };

/** “€49.00” */
export function moneyText({ amountMinor, currency }: Amount): string {
  return formatMoney(amountMinor, currency, getLocale());
}

/** “€49.00 per month” */
export function priceText(amount: Amount, of: Billed): string {
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

/**
 * What the plan that goes and the one that comes are called. Where they are paid for different periods,
 * these are named: a month and a year of one product have one name.
 */
export function planNames(
  subscription: PortalSubscriptionFragment,
  plan: OfferedPlanFragment,
): { current: string; next: string } {
  const names = { current: itemsText(subscription.items), next: planName(plan) };
  if (sameInterval(subscription, plan)) return names;
  return {
    current: withInterval(names.current, subscription),
    next: withInterval(names.next, plan),
  };
}

/**
 * What the credit balance has more of after the change, or less: where another period begins at once,
 * its invoice takes what the change has just credited.
 */
export function balanceChange({
  credited,
  balanceApplied,
}: Pick<PlanPreviewFragment['change'], 'credited' | 'balanceApplied'>): Amount {
  return {
    amountMinor: credited.amountMinor - balanceApplied.amountMinor,
    currency: credited.currency,
  };
}

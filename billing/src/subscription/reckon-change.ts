/** What a change at once comes to: what is given back of the period that runs, and what is invoiced. */
import type { Customer, DatabaseReader, Subscription } from '@4geeks/prisma';
import {
  periodInvoice,
  type BilledPrice,
  type BilledSubscription,
} from '../invoice/issue-period-invoice.ts';
import { priceInvoices, type PricedInvoice, type PricedLine } from '../invoice/price-invoices.ts';
import { totalsOf, type InvoiceTotals } from '../invoice/reckon-invoice.ts';
import type { TaxProvider } from '../ports.ts';
import { priceChange } from './price-change.ts';

export interface ReckonedChange {
  /** Credits first, then charges. */
  lines: PricedLine[];
  /** What all lines add up to; negative where more is given back. */
  totals: InvoiceTotals;
  /** What is invoiced; null: nothing. */
  charge: ChargedAtOnce | null;
  /** What goes to the customer's balance, before the invoice takes from it; not negative. */
  creditedMinor: bigint;
  /** The tax in it. */
  creditedTaxMinor: bigint;
}

export interface ChargedAtOnce {
  priced: PricedInvoice;
  /** The period that begins with it; null: it is for the rest of the one that runs. */
  period: { start: Date; end: Date } | null;
}

type ChangingSubscription = Subscription & BilledSubscription & { customer: Customer };
type ChosenPrices = readonly { price: BilledPrice; quantity: number }[];

/** Of a change that changes nothing within the period. */
export function reckonNothing(): ReckonedChange {
  return {
    lines: [],
    totals: totalsOf([]),
    charge: null,
    creditedMinor: 0n,
    creditedTaxMinor: 0n,
  };
}

/** The period goes on: what goes is set off against what comes, and the difference is one or the other. */
export async function reckonWithinPeriod(
  database: DatabaseReader,
  tax: TaxProvider,
  subscription: ChangingSubscription,
  after: ChosenPrices,
  now: Date,
): Promise<ReckonedChange> {
  const priced = await priceChange(database, tax, subscription, after, now);
  const { lines, discounts: _discounts, ...totals } = priced;
  const reckoned = { ...reckonNothing(), lines, totals };
  return priced.totalMinor > 0n
    ? { ...reckoned, charge: { priced, period: null } }
    : { ...reckoned, creditedMinor: -priced.totalMinor, creditedTaxMinor: -priced.taxMinor };
}

/**
 * Another period begins: all unused time of the one that runs is given back to the balance, and the new
 * one is invoiced whole, as a renewal would, with the discounts that hold now.
 */
export async function reckonNewPeriod(
  database: DatabaseReader,
  tax: TaxProvider,
  subscription: ChangingSubscription,
  after: ChosenPrices,
  period: { start: Date; end: Date },
  now: Date,
): Promise<ReckonedChange> {
  const credit = await priceChange(database, tax, subscription, [], now);
  const [charge] = await priceInvoices(tax, [
    periodInvoice({ ...subscription, items: after }, subscription.customer, period),
  ]);
  return {
    lines: [...credit.lines, ...charge!.lines],
    totals: sumOf(credit, charge!),
    charge: { priced: charge!, period },
    creditedMinor: -credit.totalMinor,
    creditedTaxMinor: -credit.taxMinor,
  };
}

const sumOf = (one: InvoiceTotals, other: InvoiceTotals): InvoiceTotals => ({
  subtotalMinor: one.subtotalMinor + other.subtotalMinor,
  discountMinor: one.discountMinor + other.discountMinor,
  taxMinor: one.taxMinor + other.taxMinor,
  taxIncludedMinor: one.taxIncludedMinor + other.taxIncludedMinor,
  totalMinor: one.totalMinor + other.totalMinor,
});

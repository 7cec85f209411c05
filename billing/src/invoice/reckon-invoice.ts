/**
 * From prices to a total: discounts, then tax, then the sums. Pure; docs/invoices.md explains it.
 * Issuing, drafts and previews all come through here.
 */
import { takeDiscounts, type DiscountTerms } from '../discount/take-discounts.ts';
import type { LineTax, TaxTerms } from '../ports.ts';
import { taxOn } from '../tax/tax-on.ts';

export interface ReckonedLine {
  /** As priced; negative where it is credited. */
  amountMinor: bigint;
  /** On the same side of zero as the amount, and not beyond it. */
  discountMinor: bigint;
  tax: LineTax | null;
}

/** The sums of an invoice, named as its columns. */
export interface InvoiceTotals {
  subtotalMinor: bigint;
  discountMinor: bigint;
  /** All tax. */
  taxMinor: bigint;
  /** The part of it that the prices contain. */
  taxIncludedMinor: bigint;
  totalMinor: bigint;
}

/** What lines add up to. Nothing is rounded here: each line was. */
export function totalsOf(lines: readonly ReckonedLine[]): InvoiceTotals {
  const totals: InvoiceTotals = {
    subtotalMinor: 0n,
    discountMinor: 0n,
    taxMinor: 0n,
    taxIncludedMinor: 0n,
    totalMinor: 0n,
  };
  for (const { amountMinor, discountMinor, tax } of lines) {
    totals.subtotalMinor += amountMinor;
    totals.discountMinor += discountMinor;
    if (tax) totals.taxMinor += tax.taxMinor;
    if (tax?.inclusive) totals.taxIncludedMinor += tax.taxMinor;
  }
  const { subtotalMinor, discountMinor, taxMinor, taxIncludedMinor } = totals;
  totals.totalMinor = subtotalMinor - discountMinor + taxMinor - taxIncludedMinor;
  return totals;
}

export interface DiscountedLines<Line, Discount> {
  lines: (Line & { discountMinor: bigint })[];
  discounts: (Discount & { amountMinor: bigint })[];
}

/**
 * @param lines their amounts are not negative.
 * @param discounts in the order in which they take.
 */
export function discountLines<Line extends { amountMinor: bigint }, Discount extends DiscountTerms>(
  lines: readonly Line[],
  discounts: readonly Discount[],
): DiscountedLines<Line, Discount> {
  const { ofAmounts, byDiscount } = takeDiscounts(
    lines.map(({ amountMinor }) => amountMinor),
    discounts,
  );
  return {
    lines: lines.map((line, index) => ({ ...line, discountMinor: ofAmounts[index]! })),
    discounts: discounts.map((discount, index) => ({
      ...discount,
      amountMinor: byDiscount[index]!.reduce((sum, part) => sum + part, 0n),
    })),
  };
}

/** The tax on a line by terms that are known: those it was billed with, when it is credited. */
export function taxLine(
  { amountMinor, discountMinor }: Pick<ReckonedLine, 'amountMinor' | 'discountMinor'>,
  terms: TaxTerms | null,
): LineTax | null {
  return terms && { ...terms, taxMinor: taxOn(amountMinor - discountMinor, terms) };
}

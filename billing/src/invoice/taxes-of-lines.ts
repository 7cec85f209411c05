import type { InvoiceLine } from '@4geeks/prisma';

/** What one tax comes to on an invoice, as printed. */
export interface InvoiceTax {
  name: string;
  /** Parts per million: 210000 = 21 %. */
  ratePpm: number;
  /** The prices contain it; else it is added to them. */
  inclusive: boolean;
  /** What it is of: after discounts, without the tax. */
  taxableMinor: bigint;
  taxMinor: bigint;
}

type TaxedLine = Pick<
  InvoiceLine,
  'amountMinor' | 'discountMinor' | 'taxName' | 'taxRatePpm' | 'taxInclusive' | 'taxMinor'
>;

/** One for each name, rate and kind, in the order of the lines; lines without tax are in none. */
export function taxesOfLines(lines: readonly TaxedLine[]): InvoiceTax[] {
  const taxes = new Map<string, InvoiceTax>();
  for (const line of lines) {
    const { taxName: name, taxRatePpm: ratePpm, taxInclusive: inclusive, taxMinor } = line;
    if (name === null || ratePpm === null) continue;
    const key = JSON.stringify([name, ratePpm, inclusive]);
    const tax = taxes.get(key) ?? { name, ratePpm, inclusive, taxableMinor: 0n, taxMinor: 0n };
    tax.taxableMinor += line.amountMinor - line.discountMinor - (inclusive ? taxMinor : 0n);
    tax.taxMinor += taxMinor;
    taxes.set(key, tax);
  }
  return [...taxes.values()];
}

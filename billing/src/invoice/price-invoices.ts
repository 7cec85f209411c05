/** Prices whole invoices, many at once: the tax provider is asked a single time. */
import type { Customer, InvoiceDiscount, Prisma } from '@4geeks/prisma';
import type { DiscountTerms } from '../discount/take-discounts.ts';
import type { LineTax, TaxableInvoice, TaxProvider, TaxTerms } from '../ports.ts';
import { discountLines, totalsOf, type InvoiceTotals } from './reckon-invoice.ts';

/** A line as it is decided; its invoice and position come of issuing it. */
export type NewInvoiceLine = Omit<
  Prisma.InvoiceLineCreateManyInput,
  | 'merchantId'
  | 'invoiceId'
  | 'position'
  | 'unitAmountMinor'
  | 'amountMinor'
  | 'discountMinor'
  | 'taxRateId'
  | 'taxName'
  | 'taxRatePpm'
  | 'taxInclusive'
  | 'taxMinor'
  | 'periodStart'
  | 'periodEnd'
> & {
  unitAmountMinor: bigint;
  amountMinor: bigint;
  periodStart?: Date | null;
  periodEnd?: Date | null;
};

/** A discount that is to be taken. */
export interface ApplicableDiscount extends DiscountTerms {
  discountId: string;
  /** As printed. */
  name: string;
  /** It reduces one invoice alone: `record-discounts.ts` ends it then. */
  once: boolean;
}

export interface UnpricedInvoice {
  merchantId: string;
  customer: Pick<Customer, 'id' | 'country' | 'address' | 'taxId' | 'taxExemption'>;
  currency: string;
  /** When the tax falls due. */
  at: Date;
  /** Not negative; `ownRate` is what the merchant's settings tax the line by. */
  lines: readonly (NewInvoiceLine & { ownRate: TaxTerms | null })[];
  /** In the order in which they take. */
  discounts: readonly ApplicableDiscount[];
}

/** A line with its tax, named as its columns. */
export type PricedLine = NewInvoiceLine & {
  discountMinor: bigint;
  taxRateId: string | null;
  taxName: string | null;
  taxRatePpm: number | null;
  taxInclusive: boolean;
  taxMinor: bigint;
};

/** What a discount took off: one that found nothing to take is not among them. */
export type TakenDiscount = Pick<
  InvoiceDiscount,
  'discountId' | 'name' | 'percentOffBps' | 'amountMinor'
> & { once: boolean };

/** Ready to be written: an invoice's sums, lines and discounts. */
export interface PricedInvoice extends InvoiceTotals {
  lines: PricedLine[];
  discounts: TakenDiscount[];
}

/** @returns one for each, in the order given. */
export async function priceInvoices(
  provider: TaxProvider,
  invoices: readonly UnpricedInvoice[],
): Promise<PricedInvoice[]> {
  const discounted = invoices.map(({ lines, discounts }) => discountLines(lines, discounts));
  const taxes = await provider.taxOf(
    invoices.map((invoice, index) => taxable(invoice, discounted[index]!.lines)),
  );
  return discounted.map(({ lines, discounts }, index) => {
    const taxed = lines.map((line, position) => ({ ...line, tax: taxes[index]![position]! }));
    return {
      ...totalsOf(taxed),
      lines: taxed.map(({ ownRate: _asked, ...line }) => pricedLine(line)),
      discounts: discounts
        .filter(({ amountMinor }) => amountMinor > 0n)
        .map(({ amountOffMinor: _asked, ...taken }) => taken),
    };
  });
}

export function pricedLine<Line extends object>({
  tax,
  ...line
}: Line & { tax: LineTax | null }): Omit<Line, 'tax'> &
  Pick<PricedLine, 'taxRateId' | 'taxName' | 'taxRatePpm' | 'taxInclusive' | 'taxMinor'> {
  return {
    ...line,
    taxRateId: tax?.taxRateId ?? null,
    taxName: tax?.name ?? null,
    taxRatePpm: tax?.ratePpm ?? null,
    taxInclusive: tax?.inclusive ?? false,
    taxMinor: tax?.taxMinor ?? 0n,
  };
}

/** What a tax provider is told of a customer, and no more. */
export function taxedCustomer({
  id,
  country,
  address,
  taxId,
  taxExemption,
}: UnpricedInvoice['customer']): TaxableInvoice['customer'] {
  return { id, country, address, taxId, taxExemption };
}

function taxable(
  { merchantId, currency, at, customer }: UnpricedInvoice,
  lines: readonly (UnpricedInvoice['lines'][number] & { discountMinor: bigint })[],
): TaxableInvoice {
  return {
    merchantId,
    currency,
    at,
    customer: taxedCustomer(customer),
    lines: lines.map(({ priceId, description, quantity, amountMinor, discountMinor, ownRate }) => ({
      priceId: priceId ?? null,
      description,
      quantity,
      amountMinor: amountMinor - discountMinor,
      ownRate,
    })),
  };
}

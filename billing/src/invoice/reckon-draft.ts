import type { Invoice } from '@4geeks/prisma';
import { applicableDiscounts, liveDiscounts } from '../discount/applicable-discounts.ts';
import { taxTermsColumns, taxTermsOf } from '../tax/tax-terms.ts';
import type { BillingTransaction } from '../transaction.ts';
import { checkInvoiceTotal } from './line-input.ts';
import { priceInvoices, type PricedLine } from './price-invoices.ts';

type DraftKey = Pick<Invoice, 'id' | 'merchantId'>;

/**
 * Reckons a draft anew: what its lines come to with its discounts and tax as they are now. To be
 * called after any change of it, and as it is finalized. The draft is locked.
 *
 * @param options.final the lines' tax rates become those they were taxed by; until then they are
 * those chosen, which an exempt customer is not taxed by.
 * @returns the invoice with its new sums.
 * @throws InvalidInputError where the total is too large.
 */
export async function reckonDraft(
  { database, now, tax }: BillingTransaction,
  { id, merchantId }: DraftKey,
  options: { final?: true } = {},
): Promise<Invoice> {
  const draft = await database.invoice.findUniqueOrThrow({
    where: { id },
    include: {
      customer: true,
      lines: { include: { taxRate: { select: taxTermsColumns } }, orderBy: { position: 'asc' } },
      appliedDiscounts: liveDiscounts,
    },
  });
  const [priced] = await priceInvoices(tax, [
    {
      merchantId,
      customer: draft.customer,
      currency: draft.currency,
      at: now,
      lines: draft.lines.map(({ taxRate, ...line }) => ({ ...line, ownRate: taxTermsOf(taxRate) })),
      discounts: applicableDiscounts(draft.appliedDiscounts, now),
    },
  ]);
  const { lines, discounts, ...totals } = priced!;
  checkInvoiceTotal(totals.totalMinor);
  await writeLines(
    database,
    lines.map((line, index) =>
      options.final ? line : { ...line, taxRateId: draft.lines[index]!.taxRateId },
    ),
  );
  await database.invoiceDiscount.deleteMany({ where: { merchantId, invoiceId: id } });
  await database.invoiceDiscount.createMany({
    data: discounts.map(({ once: _always, ...discount }, position) => ({
      ...discount,
      merchantId,
      invoiceId: id,
      position,
    })),
  });
  return database.invoice.update({ where: { id }, data: totals });
}

/** By hand, because one statement does for any number of lines. */
async function writeLines(
  database: BillingTransaction['database'],
  lines: readonly PricedLine[],
): Promise<void> {
  const rows = lines.map(
    ({ id, discountMinor, taxRateId, taxName, taxRatePpm, taxInclusive, taxMinor }) => ({
      id,
      discountMinor: discountMinor.toString(),
      taxRateId,
      taxName,
      taxRatePpm,
      taxInclusive,
      taxMinor: taxMinor.toString(),
    }),
  );
  await database.$executeRaw`
    UPDATE "InvoiceLine" AS line
    SET "discountMinor" = priced."discountMinor", "taxRateId" = priced."taxRateId",
      "taxName" = priced."taxName", "taxRatePpm" = priced."taxRatePpm",
      "taxInclusive" = priced."taxInclusive", "taxMinor" = priced."taxMinor"
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS priced (
      id uuid, "discountMinor" bigint, "taxRateId" uuid, "taxName" text, "taxRatePpm" int,
      "taxInclusive" boolean, "taxMinor" bigint
    )
    WHERE line.id = priced.id`;
}

import type { Invoice } from '@4geeks/prisma';
import type { TakenDiscount } from '../invoice/price-invoices.ts';
import type { BillingTransaction } from '../transaction.ts';

/**
 * Writes down what discounts took off finalized invoices, in the order of taking, and ends those that
 * were for one invoice. Two statements at most, for any number of invoices. Part of the caller's
 * transaction, which has locked what the discounts belong to.
 */
export async function recordDiscounts(
  { database, now }: Pick<BillingTransaction, 'database' | 'now'>,
  invoices: readonly {
    invoice: Pick<Invoice, 'id' | 'merchantId'>;
    discounts: readonly TakenDiscount[];
  }[],
): Promise<void> {
  const taken = invoices.flatMap(({ invoice: { id: invoiceId, merchantId }, discounts }) =>
    discounts.map(({ once, ...discount }, position) => ({
      once,
      row: { ...discount, merchantId, invoiceId, position },
    })),
  );
  if (taken.length === 0) return;
  await database.invoiceDiscount.createMany({ data: taken.map(({ row }) => row) });
  const usedUp = taken.filter(({ once }) => once).map(({ row }) => row.discountId);
  if (usedUp.length === 0) return;
  await database.discount.updateMany({
    where: { id: { in: usedUp }, endedAt: null },
    data: { endedAt: now },
  });
}

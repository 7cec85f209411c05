import type { Transaction } from '@4geeks/prisma';

/**
 * The merchant's next invoice number, PREFIX-000042. The counter's row stays locked until the
 * transaction ends and rolls back with it: numbers have no gaps, whatever fails or races.
 */
export async function takeInvoiceNumber(
  database: Transaction,
  merchantId: string,
): Promise<string> {
  const { invoicePrefix, nextInvoiceNumber } = await database.merchant.update({
    where: { id: merchantId },
    data: { nextInvoiceNumber: { increment: 1 } },
    select: { invoicePrefix: true, nextInvoiceNumber: true },
  });
  return `${invoicePrefix}-${String(nextInvoiceNumber - 1).padStart(6, '0')}`;
}

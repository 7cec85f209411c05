import type { Transaction } from '@4geeks/prisma';

/**
 * The merchant's next credit note number, CN-PREFIX-000042. The counter's row stays locked until the
 * transaction ends and rolls back with it: numbers have no gaps, whatever fails or races. Take it
 * after every other lock.
 */
export async function takeCreditNoteNumber(
  database: Transaction,
  merchantId: string,
): Promise<string> {
  const { invoicePrefix, nextCreditNoteNumber } = await database.merchant.update({
    where: { id: merchantId },
    data: { nextCreditNoteNumber: { increment: 1 } },
    select: { invoicePrefix: true, nextCreditNoteNumber: true },
  });
  return `CN-${invoicePrefix}-${String(nextCreditNoteNumber - 1).padStart(6, '0')}`;
}

import type { BillingTransaction } from '../transaction.ts';
import { creditBalance } from './credit-balance.ts';

/**
 * Gives back what an invoice was paid for and is not used. Written down on the invoice too, so that
 * no refund of its payment gives the same money back again. Its subscription is locked, and with it
 * the invoice.
 *
 * @param credit `amountMinor` above zero, no more than is left of what paid the invoice.
 */
export async function creditUnusedTime(
  transaction: BillingTransaction,
  credit: {
    merchantId: string;
    customerId: string;
    currency: string;
    invoiceId: string;
    amountMinor: bigint;
    /** The tax in it. */
    taxMinor: bigint;
  },
): Promise<void> {
  await transaction.database.invoice.update({
    where: { id: credit.invoiceId },
    data: { balanceCreditedMinor: { increment: credit.amountMinor } },
  });
  await creditBalance(transaction, { ...credit, reason: 'PRORATION' });
}

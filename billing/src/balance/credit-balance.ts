import type { BillingTransaction } from '../transaction.ts';

/** Where a credit came from. Stable, part of the API. */
export type CreditReason = 'PRORATION' | 'INVOICE_CANCELED';

/**
 * Owes the customer something: it is taken off their next invoices in that currency. Part of the
 * caller's transaction.
 *
 * @param amountMinor above zero.
 */
export async function creditBalance(
  { database, now, record }: BillingTransaction,
  credit: {
    merchantId: string;
    customerId: string;
    currency: string;
    amountMinor: bigint;
    /** The tax in it, where it gives back what was billed. */
    taxMinor?: bigint;
    reason: CreditReason;
    /** The invoice it came from. */
    invoiceId: string;
  },
): Promise<void> {
  const { merchantId, customerId, currency, amountMinor, invoiceId, reason } = credit;
  await database.balanceEntry.create({ data: { ...credit, createdAt: now } });
  await record({
    merchantId,
    customerId,
    type: 'customer.balance_credited',
    objectType: 'customer',
    objectId: customerId,
    data: { amountMinor: amountMinor.toString(), currency, reason, invoiceId },
  });
}

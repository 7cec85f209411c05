import type { Customer, Invoice } from '@4geeks/prisma';
import type { PlainTransaction } from '../transaction.ts';
import { oweEmail } from './owe-email.ts';

/**
 * Owes the customer the mail about a failed collection, once.
 *
 * @param paymentId the attempt that failed; null: there was nothing to charge.
 */
export async function oweFailureEmail(
  transaction: PlainTransaction,
  invoice: Pick<Invoice, 'id' | 'merchantId'> & {
    customer: Pick<Customer, 'id' | 'email' | 'locale'>;
  },
  paymentId: string | null,
): Promise<void> {
  const { id: invoiceId, merchantId, customer } = invoice;
  await oweEmail(transaction, {
    merchantId,
    customer,
    kind: 'PAYMENT_FAILED',
    dedupeKey: `payment-failed:${paymentId ?? invoiceId}`,
    invoiceId,
    ...(paymentId ? { paymentId } : {}),
  });
}

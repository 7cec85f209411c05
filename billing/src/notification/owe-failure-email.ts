import type { Customer, Invoice, PaymentTrigger } from '@4geeks/prisma';
import type { PlainTransaction } from '../transaction.ts';
import { oweEmail } from './owe-email.ts';

/**
 * Owes the customer the mail about a failed collection, once.
 *
 * @param failed.paymentId the attempt that failed; null: there was nothing to charge.
 * @param failed.trigger that of a renewal is told after the mail that announced the invoice.
 */
export async function oweFailureEmail(
  transaction: PlainTransaction,
  invoice: Pick<Invoice, 'id' | 'merchantId'> & {
    customer: Pick<Customer, 'id' | 'email' | 'locale'>;
  },
  { paymentId, trigger }: { paymentId: string | null; trigger: PaymentTrigger },
): Promise<void> {
  const { id: invoiceId, merchantId, customer } = invoice;
  await oweEmail(
    transaction,
    {
      merchantId,
      customer,
      kind: 'PAYMENT_FAILED',
      dedupeKey: `payment-failed:${paymentId ?? invoiceId}`,
      invoiceId,
      ...(paymentId ? { paymentId } : {}),
    },
    trigger === 'RENEWAL',
  );
}

import type { Customer, Invoice, PaymentTrigger } from '@4geeks/prisma';
import { recordAppliedBalance } from '../balance/apply-balance.ts';
import { oweEmail } from '../notification/owe-email.ts';
import type { BillingTransaction } from '../transaction.ts';

/**
 * What follows from finalizing an invoice, written already: what it took off the customer's balance,
 * its events, the mail that announces it, and the job that collects it. One with nothing due is paid
 * and asks for nothing.
 *
 * @param trigger why it is collected, at once and by a job; null: it waits to be paid.
 */
export async function announceInvoice(
  transaction: BillingTransaction,
  invoice: Invoice,
  customer: Pick<Customer, 'id' | 'email' | 'locale'>,
  trigger: PaymentTrigger | null,
): Promise<void> {
  const { record, enqueue } = transaction;
  const { id: invoiceId, merchantId, customerId, number, totalMinor, currency } = invoice;
  await recordAppliedBalance(transaction, invoice);
  const about = {
    merchantId,
    customerId,
    objectType: 'invoice',
    objectId: invoiceId,
    data: { number, totalMinor: totalMinor.toString(), currency },
  } as const;
  await record({ ...about, type: 'invoice.finalized' });
  if (invoice.status === 'PAID') {
    await record({ ...about, type: 'invoice.paid' });
    return;
  }
  await oweEmail(transaction, {
    merchantId,
    customer,
    kind: 'INVOICE_CREATED',
    dedupeKey: `invoice-created:${invoiceId}`,
    invoiceId,
  });
  if (trigger === null) return;
  await enqueue({
    name: 'collect-invoice',
    payload: {
      merchantId,
      invoiceId,
      trigger,
      attemptKey: `${trigger === 'RENEWAL' ? 'renewal' : 'issued'}:${invoiceId}`,
    },
  });
}

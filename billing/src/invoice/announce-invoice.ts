import type { Customer, Invoice, PaymentTrigger } from '@4geeks/prisma';
import { recordAppliedBalances } from '../balance/apply-balance.ts';
import { oweEmails } from '../notification/owe-email.ts';
import type { BillingTransaction } from '../transaction.ts';
import { enqueueCollection } from './enqueue-collection.ts';

/** An invoice that has just been finalized. */
export interface FinalizedInvoice {
  invoice: Invoice;
  customer: Pick<Customer, 'id' | 'email' | 'locale'>;
  /** Why it is collected, at once and by a job; null: it waits to be paid. */
  trigger: PaymentTrigger | null;
}

/**
 * What follows from finalizing invoices, written already: what they took off their customers'
 * balances, their events, the mails that announce them, and the jobs that collect them. One with
 * nothing due is paid and asks for nothing.
 */
export async function announceInvoices(
  transaction: BillingTransaction,
  finalized: readonly FinalizedInvoice[],
): Promise<void> {
  const { record } = transaction;
  await recordAppliedBalances(
    transaction,
    finalized.map(({ invoice }) => invoice),
  );
  for (const { invoice } of finalized) {
    const { id, merchantId, customerId, number, totalMinor, currency } = invoice;
    const about = {
      merchantId,
      customerId,
      objectType: 'invoice',
      objectId: id,
      data: { number, totalMinor: totalMinor.toString(), currency },
    } as const;
    await record({ ...about, type: 'invoice.finalized' });
    if (invoice.status === 'PAID') await record({ ...about, type: 'invoice.paid' });
  }
  const open = finalized.filter(({ invoice }) => invoice.status === 'OPEN');
  const renewed = ({ trigger }: FinalizedInvoice) => trigger === 'RENEWAL';
  for (const patient of [false, true]) {
    await oweEmails(
      transaction,
      open
        .filter((each) => renewed(each) === patient)
        .map(({ invoice: { id: invoiceId, merchantId }, customer }) => ({
          merchantId,
          customer,
          kind: 'INVOICE_CREATED',
          dedupeKey: `invoice-created:${invoiceId}`,
          invoiceId,
        })),
      patient,
    );
  }
  await enqueueCollection(
    transaction,
    open.flatMap(({ invoice: { id: invoiceId, merchantId }, trigger }) =>
      trigger === null
        ? []
        : {
            merchantId,
            invoiceId,
            trigger,
            attemptKey: `${trigger === 'RENEWAL' ? 'renewal' : 'issued'}:${invoiceId}`,
          },
    ),
  );
}

import { inBatches } from '../in-batches.ts';
import type { BillingTransaction } from '../transaction.ts';
import type { CollectInvoiceInput } from './collect-invoice.ts';

/** Collected by one job: begun and settled together, and charged again together should it die. */
const mostTogether = 50;

/**
 * Has invoices collected at once, in the order given: one by a job of its own, many together.
 *
 * @param sweep names who enqueues again what has not been collected: the same jobs, not more of them.
 */
export async function enqueueCollection(
  { enqueue }: Pick<BillingTransaction, 'enqueue'>,
  invoices: readonly CollectInvoiceInput[],
  sweep?: string,
): Promise<void> {
  for (const batch of inBatches(invoices, mostTogether)) {
    const [first] = batch;
    if (!first) continue;
    const key = sweep === undefined ? {} : { key: `${sweep}:${first.invoiceId}` };
    if (batch.length === 1) await enqueue({ name: 'collect-invoice', payload: first, ...key });
    else await enqueue({ name: 'collect-invoices', payload: { invoices: batch }, ...key });
  }
}

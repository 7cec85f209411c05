import { inBatches } from '../in-batches.ts';
import type { BillingTransaction } from '../transaction.ts';
import type { CollectInvoiceInput } from './collect-invoice.ts';

/** Collected by one job: begun and settled together, and charged again together should it die. */
const mostTogether = 50;

/** Has invoices collected at once, in the order given: one by a job of its own, many together. */
export async function enqueueCollection(
  { enqueue }: Pick<BillingTransaction, 'enqueue'>,
  invoices: readonly CollectInvoiceInput[],
): Promise<void> {
  for (const batch of inBatches(invoices, mostTogether)) {
    const [first] = batch;
    if (batch.length === 1 && first) await enqueue({ name: 'collect-invoice', payload: first });
    else await enqueue({ name: 'collect-invoices', payload: { invoices: batch } });
  }
}

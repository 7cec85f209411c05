import type { Invoice } from '@4geeks/prisma';
import type { BillingTransaction } from '../transaction.ts';

/** That a draft is another one now, and what it comes to. */
export async function recordDraftChange(
  { record }: Pick<BillingTransaction, 'record'>,
  { id, merchantId, customerId, totalMinor, currency }: Invoice,
): Promise<void> {
  await record({
    merchantId,
    customerId,
    type: 'invoice.updated',
    objectType: 'invoice',
    objectId: id,
    data: { totalMinor: totalMinor.toString(), currency },
  });
}

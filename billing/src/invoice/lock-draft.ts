import type { Invoice } from '@4geeks/prisma';
import { lockInvoice } from '../access/lock.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import type { BillingTransaction } from '../transaction.ts';

/**
 * Locks a draft for a change: only drafts change, what is finalized stays as it is.
 *
 * @throws NotFoundError invoice
 * @throws ConflictError INVOICE_NOT_DRAFT
 */
export async function lockDraft(
  { database }: BillingTransaction,
  { merchantId, id }: { merchantId: string; id: string },
): Promise<Invoice> {
  if (!(await lockInvoice(database, { merchantId, id }))) throw new NotFoundError('invoice');
  const invoice = await database.invoice.findUniqueOrThrow({
    where: { merchantId_id: { merchantId, id } },
  });
  if (invoice.status !== 'DRAFT') {
    throw new ConflictError('INVOICE_NOT_DRAFT', 'A finalized invoice does not change.', {
      status: invoice.status,
    });
  }
  return invoice;
}

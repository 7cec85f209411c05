import type { Invoice } from '@4geeks/prisma';
import { lockInvoice } from '../access/lock.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import type { BillingTransaction } from '../transaction.ts';
import { invoiceRefusals, refuseInvoiceChange } from './invoice-changes.ts';

/**
 * Locks a draft for a change: only drafts change, what is finalized stays as it is.
 *
 * @throws NotFoundError invoice
 * @throws ConflictError INVOICE_NOT_DRAFT
 */
export async function lockDraft(
  { database }: BillingTransaction,
  { merchantId, id }: { merchantId: string; id: string },
  change: 'change_lines' | 'finalize' = 'change_lines',
): Promise<Invoice> {
  if (!(await lockInvoice(database, { merchantId, id }))) throw new NotFoundError('invoice');
  const invoice = await database.invoice.findUniqueOrThrow({
    where: { merchantId_id: { merchantId, id } },
  });
  const { status } = invoice;
  // Nobody pays a draft: nothing of it is in flight.
  const refusal = refuseInvoiceChange(change, { status, inFlight: false });
  if (refusal) throw new ConflictError(refusal, invoiceRefusals[refusal], { status });
  return invoice;
}

import type { Invoice, Prisma } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { InvalidInputError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { lockDraft } from './lock-draft.ts';
import { printedText } from './printed-text.ts';
import { recordDraftChange } from './record-draft-change.ts';

/** Absent: stays as it is. Null: none. */
export interface UpdateInvoiceInput {
  invoiceId: string;
  /** Printed on the document; at most 1000 characters are kept. */
  memo?: string | null;
  /** The same, at the end of it. */
  footer?: string | null;
  /** Days from finalizing until it is due, 0 to 365; null: due at once. */
  dueDays?: number | null;
}

/**
 * Changes what a draft says beside its lines.
 *
 * @throws NotFoundError invoice
 * @throws InvalidInputError dueDays
 * @throws ConflictError INVOICE_NOT_DRAFT
 */
export async function updateInvoice(
  billing: Billing,
  actor: Actor,
  { invoiceId, memo, footer, dueDays }: UpdateInvoiceInput,
): Promise<Invoice> {
  authorize(actor, { staff: 'invoices:write', apiKey: 'invoices:write' });
  const { merchantId } = actor;
  if (dueDays != null && (!Number.isInteger(dueDays) || dueDays < 0 || dueDays > 365)) {
    throw new InvalidInputError('dueDays', 'out_of_range', 'An invoice is due within 365 days.');
  }
  const changes: Prisma.InvoiceUpdateInput = {};
  if (memo !== undefined) changes.memo = printedText(memo);
  if (footer !== undefined) changes.footer = printedText(footer);
  if (dueDays !== undefined) changes.dueDays = dueDays;

  return inTransaction(billing, actor, async (transaction) => {
    await lockDraft(transaction, { merchantId, id: invoiceId });
    const invoice = await transaction.database.invoice.update({
      where: { id: invoiceId },
      data: changes,
    });
    await recordDraftChange(transaction, invoice);
    return invoice;
  });
}

import type { Invoice } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { lockDraftLine } from './lock-draft-line.ts';
import { reckonDraft } from './reckon-draft.ts';
import { recordDraftChange } from './record-draft-change.ts';

/**
 * Takes a line off a draft.
 *
 * @returns the invoice with its new total.
 * @throws NotFoundError invoice line
 * @throws ConflictError INVOICE_NOT_DRAFT
 */
export async function removeInvoiceLine(
  billing: Billing,
  actor: Actor,
  { invoiceLineId }: { invoiceLineId: string },
): Promise<Invoice> {
  authorize(actor, { staff: 'invoices:write', apiKey: 'invoices:write' });
  const { merchantId } = actor;

  return inTransaction(billing, actor, async (transaction) => {
    const { database } = transaction;
    const { draft, line } = await lockDraftLine(transaction, { merchantId, id: invoiceLineId });
    await database.invoiceLine.delete({ where: { id: line.id } });
    const invoice = await reckonDraft(transaction, draft);
    await recordDraftChange(transaction, invoice);
    return invoice;
  });
}

import type { Invoice } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { NotFoundError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { lockDraft } from './lock-draft.ts';
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
    const found = { id: invoiceLineId, merchantId };
    // A line keeps its invoice for ever.
    const owner = await database.invoiceLine.findFirst({
      where: found,
      select: { invoiceId: true },
    });
    if (!owner) throw new NotFoundError('invoice line');
    const { invoiceId } = owner;
    const draft = await lockDraft(transaction, { merchantId, id: invoiceId });
    const line = await database.invoiceLine.findFirst({ where: found });
    if (!line) throw new NotFoundError('invoice line');
    await database.invoiceLine.delete({ where: { id: line.id } });
    const invoice = await reckonDraft(transaction, draft);
    await recordDraftChange(transaction, invoice);
    return invoice;
  });
}

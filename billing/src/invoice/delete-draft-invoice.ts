import type { Invoice } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { forgetDraftDiscounts } from '../discount/forget-draft-discounts.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { lockDraft } from './lock-draft.ts';

/**
 * Deletes a draft with its lines and discounts: nobody ever owed it, and it took no number. What was finalized is
 * voided or credited instead.
 *
 * @returns what it was.
 * @throws NotFoundError invoice
 * @throws ConflictError INVOICE_NOT_DRAFT
 */
export async function deleteDraftInvoice(
  billing: Billing,
  actor: Actor,
  { invoiceId }: { invoiceId: string },
): Promise<Invoice> {
  authorize(actor, { staff: 'invoices:write', apiKey: 'invoices:write' });
  const { merchantId } = actor;

  return inTransaction(billing, actor, async (transaction) => {
    const { database, record } = transaction;
    const draft = await lockDraft(transaction, { merchantId, id: invoiceId });
    const discounts = await database.discount.findMany({ where: { merchantId, invoiceId } });
    await forgetDraftDiscounts(transaction, discounts);
    await database.invoiceLine.deleteMany({ where: { merchantId, invoiceId } });
    await database.invoice.delete({ where: { id: invoiceId } });
    await record({
      merchantId,
      customerId: draft.customerId,
      type: 'invoice.deleted',
      objectType: 'invoice',
      objectId: invoiceId,
      data: { totalMinor: draft.totalMinor.toString(), currency: draft.currency },
    });
    return draft;
  });
}

import type { Invoice } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { NotFoundError } from '../errors.ts';
import { lockDraft } from '../invoice/lock-draft.ts';
import { reckonDraft } from '../invoice/reckon-draft.ts';
import { recordDraftChange } from '../invoice/record-draft-change.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { forgetDraftDiscounts } from './forget-draft-discounts.ts';

/**
 * Takes a discount off a draft. Its coupon may be redeemed once more.
 *
 * @returns the invoice with its new total.
 * @throws NotFoundError discount
 * @throws ConflictError INVOICE_NOT_DRAFT
 */
export async function removeInvoiceDiscount(
  billing: Billing,
  actor: Actor,
  { discountId }: { discountId: string },
): Promise<Invoice> {
  authorize(actor, { staff: 'invoices:write', apiKey: 'invoices:write' });
  const { merchantId } = actor;

  return inTransaction(billing, actor, async (transaction) => {
    const { database, record } = transaction;
    const find = () =>
      database.discount.findUnique({
        where: { merchantId_id: { merchantId, id: discountId } },
        include: { coupon: true },
      });
    // A discount keeps its invoice for ever.
    const invoiceId = (await find())?.invoiceId;
    if (!invoiceId) throw new NotFoundError('discount');
    const draft = await lockDraft(transaction, { merchantId, id: invoiceId });
    const discount = await find();
    if (!discount) throw new NotFoundError('discount');
    const { coupon } = discount;
    await forgetDraftDiscounts(transaction, [discount]);
    await record({
      merchantId,
      customerId: draft.customerId,
      type: 'discount.removed',
      objectType: 'discount',
      objectId: discountId,
      data: { code: coupon.code, name: coupon.name, invoiceId },
    });
    const invoice = await reckonDraft(transaction, draft);
    await recordDraftChange(transaction, invoice);
    return invoice;
  });
}

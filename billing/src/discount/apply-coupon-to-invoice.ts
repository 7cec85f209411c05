import type { Invoice } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { lockDraft } from '../invoice/lock-draft.ts';
import { reckonDraft } from '../invoice/reckon-draft.ts';
import { recordDraftChange } from '../invoice/record-draft-change.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { redeemCoupon } from './redeem-coupon.ts';

/**
 * Applies a coupon to a draft, whatever its duration: it reduces this invoice alone.
 *
 * @returns the invoice with its new total.
 * @throws NotFoundError invoice, coupon
 * @throws ConflictError INVOICE_NOT_DRAFT, COUPON_ARCHIVED, COUPON_EXPIRED, COUPON_USED_UP,
 *   COUPON_CURRENCY_DIFFERS, COUPON_APPLIED_ALREADY, TOO_MANY_DISCOUNTS
 */
export async function applyCouponToInvoice(
  billing: Billing,
  actor: Actor,
  { invoiceId, code }: { invoiceId: string; code: string },
): Promise<Invoice> {
  authorize(actor, { staff: 'invoices:write', apiKey: 'invoices:write' });
  const { merchantId } = actor;

  return inTransaction(billing, actor, async (transaction) => {
    const draft = await lockDraft(transaction, { merchantId, id: invoiceId });
    const { customerId, currency } = draft;
    const { timeZone } = await transaction.database.merchant.findUniqueOrThrow({
      where: { id: merchantId },
      select: { timeZone: true },
    });
    await redeemCoupon(transaction, {
      merchantId,
      customerId,
      code,
      currency,
      timeZone,
      target: { invoiceId },
    });
    const invoice = await reckonDraft(transaction, draft);
    await recordDraftChange(transaction, invoice);
    return invoice;
  });
}

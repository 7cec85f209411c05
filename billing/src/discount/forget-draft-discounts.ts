import type { Discount } from '@4geeks/prisma';
import { lockRow } from '../access/lock.ts';
import type { BillingTransaction } from '../transaction.ts';

/**
 * Takes discounts off a draft as if they had never been applied: nobody was billed with them, so
 * their coupons may be redeemed once more. The draft is locked.
 */
export async function forgetDraftDiscounts(
  { database }: Pick<BillingTransaction, 'database'>,
  discounts: readonly Pick<Discount, 'id' | 'merchantId' | 'couponId'>[],
): Promise<void> {
  // In the order of ids, so that two of them can wait for each other but never deadlock.
  const inOrder = discounts.toSorted((a, b) => (a.couponId < b.couponId ? -1 : 1));
  for (const { id: discountId, merchantId, couponId } of inOrder) {
    await lockRow(database, 'Coupon', { merchantId, id: couponId });
    await database.invoiceDiscount.deleteMany({ where: { merchantId, discountId } });
    await database.discount.delete({ where: { id: discountId } });
    await database.coupon.update({
      where: { id: couponId },
      data: { timesRedeemed: { decrement: 1 } },
    });
  }
}

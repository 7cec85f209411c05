import type { Discount } from '@4geeks/prisma';
import { lockRow } from '../access/lock.ts';
import { redeemableCoupon } from '../coupon/redeemable-coupon.ts';
import { ConflictError } from '../errors.ts';
import type { BillingTransaction } from '../transaction.ts';
import { discountEnd } from './discount-end.ts';

/** More than anybody needs, and few enough to be printed. */
const mostDiscounts = 10;

export interface CouponUse {
  merchantId: string;
  customerId: string;
  code: string;
  currency: string;
  /** Whose calendar months are counted in. */
  timeZone: string;
  /** What it is to reduce. The caller has locked it, or has just made it. */
  target: { subscriptionId: string } | { invoiceId: string };
}

/**
 * Redeems a coupon: from now on its discount reduces the target. However many redeem it at once, it
 * is redeemed no more often than it may be. Part of the caller's transaction; takes the coupon's lock,
 * after those of subscription and invoice and before the merchant's counters.
 *
 * @throws NotFoundError coupon
 * @throws ConflictError COUPON_ARCHIVED, COUPON_EXPIRED, COUPON_USED_UP, COUPON_CURRENCY_DIFFERS,
 *   COUPON_APPLIED_ALREADY, TOO_MANY_DISCOUNTS
 */
export async function redeemCoupon(
  { database, now, record }: BillingTransaction,
  { merchantId, customerId, code, currency, timeZone, target }: CouponUse,
): Promise<Discount> {
  const use = { merchantId, code, currency, now };
  const { id: couponId } = await redeemableCoupon(database, use);
  await lockRow(database, 'Coupon', { merchantId, id: couponId });
  const coupon = await redeemableCoupon(database, use);

  const live = await database.discount.findMany({
    where: {
      merchantId,
      ...target,
      endedAt: null,
      OR: [{ endsAt: null }, { endsAt: { gt: now } }],
    },
    select: { couponId: true },
  });
  if (live.some((discount) => discount.couponId === couponId)) {
    throw new ConflictError('COUPON_APPLIED_ALREADY', 'The coupon is applied already.');
  }
  if (live.length >= mostDiscounts) {
    throw new ConflictError('TOO_MANY_DISCOUNTS', `At most ${mostDiscounts} at the same time.`);
  }
  // One whose time is over is not ended yet, but makes room for the same coupon again.
  await database.discount.updateMany({
    where: { merchantId, ...target, couponId, endedAt: null },
    data: { endedAt: now },
  });
  await database.coupon.update({
    where: { id: couponId },
    data: { timesRedeemed: { increment: 1 } },
  });
  const discount = await database.discount.create({
    data: {
      merchantId,
      couponId,
      ...target,
      startsAt: now,
      endsAt: discountEnd(coupon, timeZone, now),
      createdAt: now,
    },
  });
  await record({
    merchantId,
    customerId,
    type: 'discount.applied',
    objectType: 'discount',
    objectId: discount.id,
    data: { code: coupon.code, name: coupon.name, ...target },
  });
  return discount;
}

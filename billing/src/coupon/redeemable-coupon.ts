import type { Coupon, DatabaseReader } from '@4geeks/prisma';
import { ConflictError, NotFoundError } from '../errors.ts';
import { couponCode } from './coupon-code.ts';

/**
 * The coupon that somebody typed the code of, if it may be redeemed now. Writes nothing; lock it and
 * ask again before it is.
 *
 * @param use.currency of what it is to reduce.
 * @throws NotFoundError coupon
 * @throws ConflictError COUPON_ARCHIVED, COUPON_EXPIRED, COUPON_USED_UP, COUPON_CURRENCY_DIFFERS
 */
export async function redeemableCoupon(
  database: DatabaseReader,
  use: { merchantId: string; code: string; currency: string; now: Date },
): Promise<Coupon> {
  const { merchantId, currency, now } = use;
  const code = couponCode(use.code);
  const coupon =
    code &&
    (await database.coupon.findUnique({ where: { merchantId_code: { merchantId, code } } }));
  if (!coupon) throw new NotFoundError('coupon');
  if (coupon.archivedAt) {
    throw new ConflictError('COUPON_ARCHIVED', 'The coupon is no longer given.');
  }
  if (coupon.redeemBy && coupon.redeemBy <= now) {
    throw new ConflictError('COUPON_EXPIRED', 'The coupon could be redeemed until then.', {
      redeemBy: coupon.redeemBy.toISOString(),
    });
  }
  if (coupon.maxRedemptions !== null && coupon.timesRedeemed >= coupon.maxRedemptions) {
    throw new ConflictError('COUPON_USED_UP', 'The coupon was redeemed as often as it may be.');
  }
  if (coupon.currency !== null && coupon.currency !== currency) {
    throw new ConflictError('COUPON_CURRENCY_DIFFERS', 'The coupon is for another currency.', {
      currency: coupon.currency,
    });
  }
  return coupon;
}

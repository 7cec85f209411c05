import type { Subscription } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { lockSubscription } from '../subscription/lock-subscription.ts';
import { refuse } from '../subscription/transitions.ts';
import { inTransaction } from '../transaction.ts';
import { redeemCoupon } from './redeem-coupon.ts';

/**
 * Applies a coupon to a subscription: its invoices for whole periods are reduced, from the next one
 * on. Invoices issued already stay as they are.
 *
 * @throws NotFoundError subscription, coupon
 * @throws ConflictError SUBSCRIPTION_ENDED, COUPON_ARCHIVED, COUPON_EXPIRED, COUPON_USED_UP,
 *   COUPON_CURRENCY_DIFFERS, COUPON_APPLIED_ALREADY, TOO_MANY_DISCOUNTS
 */
export async function applyCoupon(
  billing: Billing,
  actor: Actor,
  { subscriptionId, code }: { subscriptionId: string; code: string },
): Promise<Subscription> {
  authorize(actor, { staff: 'subscriptions:write', apiKey: 'subscriptions:write' });
  const { merchantId } = actor;

  return inTransaction(billing, actor, async (transaction) => {
    const subscription = await lockSubscription(transaction, actor, subscriptionId);
    if (subscription.endedAt) throw refuse('SUBSCRIPTION_ENDED');
    const { timeZone } = await transaction.database.merchant.findUniqueOrThrow({
      where: { id: merchantId },
      select: { timeZone: true },
    });
    const { customerId, currency } = subscription;
    await redeemCoupon(transaction, {
      merchantId,
      customerId,
      code,
      currency,
      timeZone,
      target: { subscriptionId },
    });
    return subscription;
  });
}

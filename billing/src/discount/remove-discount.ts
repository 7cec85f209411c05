import type { Subscription } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { lockSubscription } from '../subscription/lock-subscription.ts';
import { inTransaction } from '../transaction.ts';

/**
 * Takes a discount off a subscription: the next invoice is not reduced by it. Its coupon stays
 * redeemed.
 *
 * @throws NotFoundError discount
 * @throws ConflictError DISCOUNT_ENDED
 */
export async function removeDiscount(
  billing: Billing,
  actor: Actor,
  { discountId }: { discountId: string },
): Promise<Subscription> {
  authorize(actor, { staff: 'subscriptions:write', apiKey: 'subscriptions:write' });
  const { merchantId } = actor;

  return inTransaction(billing, actor, async (transaction) => {
    const { database, now, record } = transaction;
    // A discount keeps its subscription for ever.
    const owner = await database.discount.findUnique({
      where: { merchantId_id: { merchantId, id: discountId } },
      select: { subscriptionId: true },
    });
    if (!owner?.subscriptionId) throw new NotFoundError('discount');
    const subscription = await lockSubscription(transaction, actor, owner.subscriptionId);
    const { endedAt, coupon } = await database.discount.findUniqueOrThrow({
      where: { id: discountId },
      include: { coupon: true },
    });
    if (endedAt) throw new ConflictError('DISCOUNT_ENDED', 'The discount has ended.');
    await database.discount.update({ where: { id: discountId }, data: { endedAt: now } });
    await record({
      merchantId,
      customerId: subscription.customerId,
      type: 'discount.removed',
      objectType: 'discount',
      objectId: discountId,
      data: { code: coupon.code, name: coupon.name, subscriptionId: subscription.id },
    });
    return subscription;
  });
}

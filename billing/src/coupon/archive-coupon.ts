import type { Coupon } from '@4geeks/prisma';
import { lockRow } from '../access/lock.ts';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';

/**
 * From now on nobody redeems it. Discounts that it gave go on.
 *
 * @throws NotFoundError coupon
 * @throws ConflictError ALREADY_ARCHIVED
 */
export async function archiveCoupon(
  billing: Billing,
  actor: Actor,
  { couponId }: { couponId: string },
): Promise<Coupon> {
  authorize(actor, { staff: 'products:write', apiKey: 'products:write' });
  const { merchantId } = actor;

  return inTransaction(billing, actor, async ({ database, now, record }) => {
    if (!(await lockRow(database, 'Coupon', { merchantId, id: couponId }))) {
      throw new NotFoundError('coupon');
    }
    const { archivedAt } = await database.coupon.findUniqueOrThrow({ where: { id: couponId } });
    if (archivedAt) throw new ConflictError('ALREADY_ARCHIVED', 'The coupon is archived already.');
    const coupon = await database.coupon.update({
      where: { id: couponId },
      data: { archivedAt: now },
    });
    await record({
      merchantId,
      type: 'coupon.archived',
      objectType: 'coupon',
      objectId: couponId,
      data: { code: coupon.code, name: coupon.name },
    });
    return coupon;
  });
}

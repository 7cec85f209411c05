import type { PaymentMethod } from '@4geeks/prisma';
import { lockRow } from '../access/lock.ts';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { ConflictError, ForbiddenError, NotFoundError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';

/**
 * Chooses what is tried when the default declines, where the merchant's dunning policy allows it.
 * There is at most one; it takes the place of the one before. Nothing is charged now.
 *
 * @throws NotFoundError payment method
 * @throws ConflictError DEFAULT_PAYMENT_METHOD
 */
export async function setBackupPaymentMethod(
  billing: Billing,
  actor: Actor,
  { paymentMethodId }: { paymentMethodId: string },
): Promise<PaymentMethod> {
  authorize(actor, { portal: 'UPDATE_PAYMENT_METHODS' });
  if (actor.kind !== 'customer') throw new ForbiddenError('NOT_FOR_STAFF');
  const { merchantId, customerId } = actor;

  return inTransaction(billing, actor, async ({ database, record }) => {
    await lockRow(database, 'Customer', { merchantId, id: customerId });
    const method = await database.paymentMethod.findFirst({
      where: { id: paymentMethodId, merchantId, customerId, removedAt: null },
    });
    if (!method) throw new NotFoundError('payment method');
    if (method.isDefault) {
      throw new ConflictError('DEFAULT_PAYMENT_METHOD', 'The default is no backup of itself.');
    }
    if (method.isBackup) return method;
    await database.paymentMethod.updateMany({
      where: { merchantId, customerId, isBackup: true },
      data: { isBackup: false },
    });
    const backup = await database.paymentMethod.update({
      where: { id: paymentMethodId },
      data: { isBackup: true },
    });
    await record({
      merchantId,
      customerId,
      type: 'payment_method.backup_changed',
      objectType: 'payment_method',
      objectId: paymentMethodId,
      data: { brand: method.brand, last4: method.last4 },
    });
    return backup;
  });
}

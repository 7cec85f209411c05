import type { Customer } from '@4geeks/prisma';
import { lockRow } from '../access/lock.ts';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { ForbiddenError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';

/** From now on nothing is tried when the default declines. Safe to repeat; the method stays. */
export async function clearBackupPaymentMethod(billing: Billing, actor: Actor): Promise<Customer> {
  authorize(actor, { portal: 'UPDATE_PAYMENT_METHODS' });
  if (actor.kind !== 'customer') throw new ForbiddenError('NOT_FOR_STAFF');
  const { merchantId, customerId } = actor;

  return inTransaction(billing, actor, async ({ database, record }) => {
    await lockRow(database, 'Customer', { merchantId, id: customerId });
    const backup = await database.paymentMethod.findFirst({
      where: { merchantId, customerId, isBackup: true, removedAt: null },
    });
    if (backup) {
      await database.paymentMethod.update({
        where: { id: backup.id },
        data: { isBackup: false },
      });
      await record({
        merchantId,
        customerId,
        type: 'payment_method.backup_cleared',
        objectType: 'payment_method',
        objectId: backup.id,
        data: { brand: backup.brand, last4: backup.last4 },
      });
    }
    return database.customer.findUniqueOrThrow({ where: { id: customerId } });
  });
}

import type { PaymentMethod } from '@4geeks/prisma';
import { lockRow } from '../access/lock.ts';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { ForbiddenError, NotFoundError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { makeDefault } from './make-default.ts';

/**
 * Chooses what is charged from now on. Every open past-due invoice is collected with it at once,
 * by a job, outside the dunning budget.
 *
 * @throws NotFoundError payment method
 */
export async function setDefaultPaymentMethod(
  billing: Billing,
  actor: Actor,
  { paymentMethodId }: { paymentMethodId: string },
): Promise<PaymentMethod> {
  authorize(actor, { portal: 'UPDATE_PAYMENT_METHODS' });
  if (actor.kind !== 'customer') throw new ForbiddenError('NOT_FOR_STAFF');
  const { merchantId, customerId } = actor;

  return inTransaction(billing, actor, async (transaction) => {
    const { database } = transaction;
    await lockRow(database, 'Customer', { merchantId, id: customerId });
    const method = await database.paymentMethod.findFirst({
      where: { id: paymentMethodId, merchantId, customerId, removedAt: null },
    });
    if (!method) throw new NotFoundError('payment method');
    return makeDefault(transaction, method);
  });
}

import { columnsOf, Prisma, type PaymentMethod } from '@4geeks/prisma';
import { lockRows } from '../access/lock.ts';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { ForbiddenError, NotFoundError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inPlainTransaction } from '../transaction.ts';
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

  return inPlainTransaction(billing, actor, async (transaction) => {
    const { sql } = transaction;
    const [, [method]] = await Promise.all([
      lockRows(sql, 'Customer', [{ merchantId, id: customerId }]),
      sql.query<PaymentMethod>(Prisma.sql`
        SELECT ${columnsOf(Prisma.PaymentMethodScalarFieldEnum)} FROM "PaymentMethod"
        WHERE id = ${paymentMethodId}::uuid AND "merchantId" = ${merchantId}::uuid
          AND "customerId" = ${customerId}::uuid AND "removedAt" IS NULL`),
    ]);
    if (!method) throw new NotFoundError('payment method');
    return makeDefault(transaction, method);
  });
}

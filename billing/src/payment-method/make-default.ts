import { randomUUID } from 'node:crypto';
import { columnsOf, Prisma, type PaymentMethod } from '@4geeks/prisma';
import { findInvoicesAwaitingMethod } from '../invoice/invoices-awaiting-method.ts';
import type { PlainTransaction } from '../transaction.ts';

/**
 * Makes `method` the customer's default and, where invoices are past due, enqueues their collection
 * at once. Part of the caller's transaction, which holds the customer's lock. Choosing the method
 * that is the default already tries past-due invoices again too: the customer has asked for it.
 */
export async function makeDefault(
  { sql, record, enqueue }: PlainTransaction,
  method: PaymentMethod,
): Promise<PaymentMethod> {
  const { merchantId, customerId } = method;
  // One after the other: the database allows one default at a time.
  const [, [updated], awaiting] = await Promise.all([
    sql.query(Prisma.sql`
      UPDATE "PaymentMethod" SET "isDefault" = false
      WHERE "customerId" = ${customerId}::uuid AND "merchantId" = ${merchantId}::uuid
        AND "isDefault" AND id <> ${method.id}::uuid`),
    // The default is no backup of itself.
    sql.query<PaymentMethod>(Prisma.sql`
      UPDATE "PaymentMethod" SET "isDefault" = true, "isBackup" = false
      WHERE id = ${method.id}::uuid AND "merchantId" = ${merchantId}::uuid
      RETURNING ${columnsOf(Prisma.PaymentMethodScalarFieldEnum)}`),
    findInvoicesAwaitingMethod(sql, { merchantId, customerId }),
  ]);
  if (!updated) throw new Error(`Payment method ${method.id} is gone`);
  if (!method.isDefault) {
    await record({
      merchantId,
      customerId,
      type: 'payment_method.default_changed',
      objectType: 'payment_method',
      objectId: method.id,
      data: { brand: method.brand, last4: method.last4 },
    });
  }
  if (awaiting.length > 0) {
    await enqueue({
      name: 'collect-past-due-invoices',
      payload: { merchantId, customerId, requestId: randomUUID(), invoiceIds: awaiting },
    });
  }
  return updated;
}

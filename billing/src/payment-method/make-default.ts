import { randomUUID } from 'node:crypto';
import type { PaymentMethod } from '@4geeks/prisma';
import { invoicesAwaitingMethod } from '../invoice/invoices-awaiting-method.ts';
import type { BillingTransaction } from '../transaction.ts';

/**
 * Makes `method` the customer's default and, where invoices are past due, enqueues their collection
 * at once. Part of the caller's transaction, which holds the customer's lock. Choosing the method
 * that is the default already tries past-due invoices again too: the customer has asked for it.
 */
export async function makeDefault(
  { database, record, enqueue }: BillingTransaction,
  method: PaymentMethod,
): Promise<PaymentMethod> {
  const { merchantId, customerId } = method;
  await database.paymentMethod.updateMany({
    where: { merchantId, customerId, isDefault: true, id: { not: method.id } },
    data: { isDefault: false },
  });
  const updated = await database.paymentMethod.update({
    where: { id: method.id },
    // The default is no backup of itself.
    data: { isDefault: true, isBackup: false },
  });
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
  const awaiting = await database.invoice.count({
    where: invoicesAwaitingMethod({ merchantId, customerId }),
  });
  if (awaiting > 0) {
    await enqueue({
      name: 'collect-past-due-invoices',
      payload: { merchantId, customerId, requestId: randomUUID() },
    });
  }
  return updated;
}

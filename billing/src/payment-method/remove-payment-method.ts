import type { Customer } from '@4geeks/prisma';
import { lockRow } from '../access/lock.ts';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { ConflictError, ForbiddenError, NotFoundError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';

/**
 * Removes a payment method. The last one stays while a subscription needs it; the default one stays
 * until another is chosen, so that nobody is left without by accident. The backup may always go.
 *
 * @throws NotFoundError payment method
 * @throws ConflictError LAST_PAYMENT_METHOD, DEFAULT_PAYMENT_METHOD, PAYMENT_METHOD_IN_USE
 */
export async function removePaymentMethod(
  billing: Billing,
  actor: Actor,
  { paymentMethodId }: { paymentMethodId: string },
): Promise<Customer> {
  authorize(actor, { portal: 'UPDATE_PAYMENT_METHODS' });
  if (actor.kind !== 'customer') throw new ForbiddenError('NOT_FOR_STAFF');
  const { merchantId, customerId } = actor;

  return inTransaction(billing, actor, async ({ database, now, record, enqueue }) => {
    await lockRow(database, 'Customer', { merchantId, id: customerId });
    const methods = await database.paymentMethod.findMany({
      where: { merchantId, customerId, removedAt: null },
    });
    const method = methods.find(({ id }) => id === paymentMethodId);
    if (!method) throw new NotFoundError('payment method');
    if (methods.length === 1) {
      const needing = await database.subscription.count({
        where: { merchantId, customerId, endedAt: null },
      });
      const owed = await database.invoice.count({
        where: { merchantId, customerId, status: 'OPEN' },
      });
      if (needing + owed > 0) {
        throw new ConflictError(
          'LAST_PAYMENT_METHOD',
          'The last payment method stays while a subscription runs or an invoice is open.',
        );
      }
    } else if (method.isDefault) {
      throw new ConflictError('DEFAULT_PAYMENT_METHOD', 'Choose another default method first.');
    }
    const inFlight = await database.payment.count({
      where: {
        merchantId,
        paymentMethodId,
        status: { in: ['PENDING', 'PROCESSING'] },
      },
    });
    if (inFlight > 0) {
      throw new ConflictError(
        'PAYMENT_METHOD_IN_USE',
        'A payment with this method is in progress.',
      );
    }
    await database.paymentMethod.update({
      where: { id: paymentMethodId },
      data: { removedAt: now, isDefault: false, isBackup: false },
    });
    await enqueue({ name: 'detach-payment-method', payload: { merchantId, paymentMethodId } });
    await record({
      merchantId,
      customerId,
      type: 'payment_method.removed',
      objectType: 'payment_method',
      objectId: paymentMethodId,
      data: { brand: method.brand, last4: method.last4 },
    });
    return database.customer.findUniqueOrThrow({ where: { id: customerId } });
  });
}

import type { Customer } from '@4geeks/prisma';
import { lockRow } from '../access/lock.ts';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';

/**
 * Removes a payment method: the customer one of their own, staff and integrations one of any customer.
 * The last one stays while a subscription needs it, in whatever status short of its end, or an invoice
 * is open; the default one stays until another is chosen, so that nobody is left without by accident.
 * The backup may always go.
 *
 * @throws NotFoundError payment method
 * @throws ConflictError LAST_PAYMENT_METHOD, DEFAULT_PAYMENT_METHOD, PAYMENT_METHOD_IN_USE
 */
export async function removePaymentMethod(
  billing: Billing,
  actor: Actor,
  { paymentMethodId }: { paymentMethodId: string },
): Promise<Customer> {
  authorize(actor, {
    staff: 'payment-methods:write',
    apiKey: 'payment-methods:write',
    portal: 'UPDATE_PAYMENT_METHODS',
  });
  const { merchantId } = actor;

  return inTransaction(billing, actor, async ({ database, now, record, enqueue }) => {
    const owned = await database.paymentMethod.findFirst({
      where: { merchantId, id: paymentMethodId, ...ownedBy(actor) },
      select: { customerId: true },
    });
    if (!owned) throw new NotFoundError('payment method');
    const { customerId } = owned;
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

function ownedBy(actor: Actor): { customerId?: string } {
  return actor.kind === 'customer' ? { customerId: actor.customerId } : {};
}

import type { PaymentMethod } from '@4geeks/prisma';
import { lockRow } from '../access/lock.ts';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { ConflictError, ForbiddenError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { PaymentMethodDeclinedError } from './errors.ts';
import { makeDefault } from './make-default.ts';

export interface AddPaymentMethodInput {
  /** From the gateway's token endpoint. */
  setupToken: string;
  /** Default true. The customer's first method becomes the default in any case. */
  makeDefault?: boolean | null;
}

/**
 * Keeps a payment method that the customer entered at the gateway. The same card entered again
 * replaces the entry before it. Safe to repeat with the same token.
 *
 * @throws PaymentMethodDeclinedError the issuer refused the card
 * @throws ConflictError SETUP_TOKEN_INVALID: unknown, expired, or another customer's
 */
export async function addPaymentMethod(
  billing: Billing,
  actor: Actor,
  input: AddPaymentMethodInput,
): Promise<PaymentMethod> {
  authorize(actor, { portal: 'UPDATE_PAYMENT_METHODS' });
  if (actor.kind !== 'customer') throw new ForbiddenError('NOT_FOR_STAFF');
  const { merchantId, customerId } = actor;

  const attached = await billing.gateway.attachPaymentMethod({
    merchantId,
    customerId,
    setupToken: input.setupToken,
  });
  if (attached.status === 'declined') throw new PaymentMethodDeclinedError(attached.declineCode);
  if (attached.status === 'invalid_token') {
    throw new ConflictError('SETUP_TOKEN_INVALID', 'The setup token is unknown or has expired.');
  }
  const { token: gatewayToken, ...details } = attached.paymentMethod;

  return inTransaction(billing, actor, async (transaction) => {
    const { database, now, record, enqueue } = transaction;
    await lockRow(database, 'Customer', { merchantId, id: customerId });
    const repeated = await database.paymentMethod.findUnique({ where: { gatewayToken } });
    if (repeated) return repeated;

    const methods = await database.paymentMethod.findMany({
      where: { merchantId, customerId, removedAt: null },
    });
    const replaced = methods.filter(({ fingerprint }) => fingerprint === details.fingerprint);
    for (const { id } of replaced) {
      await database.paymentMethod.update({
        where: { id },
        data: { removedAt: now, isDefault: false },
      });
      await enqueue({
        name: 'detach-payment-method',
        payload: { merchantId, paymentMethodId: id },
      });
    }
    const method = await database.paymentMethod.create({
      data: { ...details, merchantId, customerId, gatewayToken, createdAt: now },
    });
    await record({
      merchantId,
      customerId,
      type: 'payment_method.added',
      objectType: 'payment_method',
      objectId: method.id,
      data: { brand: method.brand, last4: method.last4 },
    });
    const wasDefault = replaced.some(({ isDefault }) => isDefault);
    const hasDefault = methods.some(({ isDefault }) => isDefault) && !wasDefault;
    return (input.makeDefault ?? true) || !hasDefault ? makeDefault(transaction, method) : method;
  });
}

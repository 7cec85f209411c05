import type { PaymentMethod } from '@4geeks/prisma';
import { lockRow } from '../access/lock.ts';
import type { GatewayPaymentMethod } from '../ports.ts';
import type { BillingTransaction } from '../transaction.ts';
import { makeDefault } from './make-default.ts';

/**
 * Keeps what the gateway attached for a customer. The same card again replaces the entry before it;
 * a customer's first method becomes the default in any case. Safe to repeat with one token.
 */
export async function keepPaymentMethod(
  transaction: BillingTransaction,
  owner: { merchantId: string; customerId: string },
  { token: gatewayToken, ...details }: GatewayPaymentMethod,
  wantsDefault: boolean,
): Promise<PaymentMethod> {
  const { database, now, record, enqueue } = transaction;
  const { merchantId, customerId } = owner;
  await lockRow(database, 'Customer', { merchantId, id: customerId });
  const repeated = await database.paymentMethod.findUnique({ where: { gatewayToken } });
  if (repeated) return repeated;

  const methods = await database.paymentMethod.findMany({ where: { ...owner, removedAt: null } });
  const replaced = methods.filter(({ fingerprint }) => fingerprint === details.fingerprint);
  for (const { id } of replaced) {
    await database.paymentMethod.update({
      where: { id },
      data: { removedAt: now, isDefault: false, isBackup: false },
    });
    await enqueue({ name: 'detach-payment-method', payload: { merchantId, paymentMethodId: id } });
  }
  const keepsDefault =
    methods.some(({ isDefault }) => isDefault) && !replaced.some(({ isDefault }) => isDefault);
  const becomesDefault = wantsDefault || !keepsDefault;
  const method = await database.paymentMethod.create({
    data: {
      ...details,
      ...owner,
      gatewayToken,
      isBackup: !becomesDefault && replaced.some(({ isBackup }) => isBackup),
      createdAt: now,
    },
  });
  await record({
    ...owner,
    type: 'payment_method.added',
    objectType: 'payment_method',
    objectId: method.id,
    data: { brand: method.brand, last4: method.last4 },
  });
  return becomesDefault ? makeDefault(transaction, method) : method;
}

import type { PaymentMethod } from '@4geeks/prisma';
import type { SystemViewer } from '../access/viewer.ts';
import { NotFoundError } from '../errors.ts';
import type { Billing, GatewayPaymentMethod } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { keepPaymentMethod } from './keep-payment-method.ts';

/**
 * Takes over a payment method that the gateway keeps for the customer already: a merchant moving
 * here with its customers, or seed data. For the installation itself, not for the API.
 *
 * @throws NotFoundError customer
 */
export async function importPaymentMethod(
  billing: Billing,
  actor: SystemViewer,
  { customerId, paymentMethod }: { customerId: string; paymentMethod: GatewayPaymentMethod },
): Promise<PaymentMethod> {
  const owner = { merchantId: actor.merchantId, customerId };
  return inTransaction(billing, actor, async (transaction) => {
    const customer = await transaction.database.customer.findUnique({
      where: { merchantId_id: { merchantId: actor.merchantId, id: customerId } },
    });
    if (!customer) throw new NotFoundError('customer');
    return keepPaymentMethod(transaction, owner, paymentMethod, true);
  });
}

import type { Billing } from '../ports.ts';

/** Lets the gateway forget a removed payment method. Safe to repeat. */
export async function detachPaymentMethod(
  billing: Billing,
  { merchantId, paymentMethodId }: { merchantId: string; paymentMethodId: string },
): Promise<void> {
  const method = await billing.database.paymentMethod.findUnique({
    where: { merchantId_id: { merchantId, id: paymentMethodId } },
  });
  if (method?.removedAt) await billing.gateway.detachPaymentMethod(method.gatewayToken);
}

import type { Billing } from '../ports.ts';
import { settlePayment } from './settle-payment.ts';

/**
 * Gives up the invoice's attempt that waits for the customer to authenticate, where it was made
 * with a method that is no longer the default.
 *
 * @returns whether there was one.
 */
export async function releaseWaitingPayment(
  billing: Billing,
  { merchantId, invoiceId }: { merchantId: string; invoiceId: string },
): Promise<boolean> {
  const waiting = await billing.database.payment.findFirst({
    where: {
      merchantId,
      invoiceId,
      status: 'REQUIRES_ACTION',
      paymentMethod: { OR: [{ isDefault: false }, { removedAt: { not: null } }] },
    },
  });
  if (!waiting) return false;
  const outcome = await billing.gateway.cancelCharge(waiting.idempotencyKey);
  await settlePayment(billing, waiting, outcome);
  return true;
}

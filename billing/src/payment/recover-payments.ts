import type { Payment } from '@4geeks/prisma';
import { GatewayFault, type Billing } from '../ports.ts';
import { SweepFailures } from '../sweep.ts';
import { chargePayment } from './charge-payment.ts';
import { settlePayment, type SettledAs } from './settle-payment.ts';

const batchSize = 100;

/**
 * Settles attempts whose outcome is unknown (a process killed, a gateway that timed out) by asking
 * the gateway about their keys. One the gateway has never seen is sent again under the same key:
 * should the lost request still arrive, the key makes them one charge.
 *
 * @returns how many were settled.
 * @throws AggregateError after the others are done, where some could not be settled.
 */
export async function recoverPayments(billing: Billing): Promise<number> {
  const horizon = new Date(billing.clock.now().getTime() - billing.paymentRecoverySeconds * 1000);
  const failures = new SweepFailures();
  let settled = 0;
  let after: { createdAt: Date; id: string } | null = null;
  for (;;) {
    const pending: Payment[] = await billing.database.payment.findMany({
      where: {
        status: 'PENDING',
        createdAt: { lte: horizon },
        ...(after
          ? {
              OR: [
                { createdAt: { gt: after.createdAt } },
                { createdAt: after.createdAt, id: { gt: after.id } },
              ],
            }
          : {}),
      },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      take: batchSize,
    });
    for (const payment of pending) {
      try {
        if ((await recoverPayment(billing, payment)) !== 'unknown') settled += 1;
      } catch (error) {
        failures.add(error);
      }
    }
    after = pending.at(-1) ?? null;
    if (pending.length < batchSize) break;
  }
  failures.throwIfAny();
  return settled;
}

async function recoverPayment(billing: Billing, payment: Payment): Promise<SettledAs> {
  try {
    const outcome = await billing.gateway.findCharge(payment.idempotencyKey);
    if (outcome) return await settlePayment(billing, payment, outcome);
  } catch (error) {
    if (error instanceof GatewayFault) return 'unknown';
    throw error;
  }
  const [method, invoice] = await Promise.all([
    billing.database.paymentMethod.findUniqueOrThrow({ where: { id: payment.paymentMethodId } }),
    billing.database.invoice.findUniqueOrThrow({ where: { id: payment.invoiceId } }),
  ]);
  return chargePayment(billing, payment, method, invoice);
}

/**
 * Records what became of an attempt that waited for the customer or for a debit to settle. Called
 * when the gateway says that something changed; asking is what counts, not what the call said.
 *
 * @returns null when the payment or its charge does not exist.
 */
export async function settleWaitingPayment(
  billing: Billing,
  { merchantId, paymentId }: { merchantId: string; paymentId: string },
): Promise<SettledAs | null> {
  const payment = await billing.database.payment.findUnique({
    where: { merchantId_id: { merchantId, id: paymentId } },
  });
  const outcome = payment && (await billing.gateway.findCharge(payment.idempotencyKey));
  return outcome ? settlePayment(billing, payment, outcome) : null;
}

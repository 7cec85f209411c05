import type { Payment, PaymentStatus } from '@4geeks/prisma';
import { GatewayFault, type Billing, type ChargeOutcome } from '../ports.ts';
import { SweepFailures } from '../sweep.ts';
import { billingTime } from '../test-clock/billing-time.ts';
import { hasTestClock } from '../test-clock/due-scope.ts';
import { chargePayment } from './charge-payments.ts';
import { confirmBy } from './confirm-by.ts';
import { givenUpCode, unconfirmedCode } from './given-up.ts';
import { settlePayment, type SettledAs } from './settle-payment.ts';

const batchSize = 100;

/**
 * Settles attempts whose outcome is unknown (a process killed, a gateway that timed out) by asking
 * the gateway about their keys. One the gateway has never seen is sent again under the same key:
 * should the lost request still arrive, the key makes them one charge.
 *
 * @param merchantId absent: everybody's that had time enough; else all of this one's.
 * @returns how many were settled.
 * @throws AggregateError after the others are done, where some could not be settled.
 */
export function recoverPayments(billing: Billing, merchantId?: string): Promise<number> {
  return recoverEach(billing, { statuses: ['PENDING'], merchantId }, async (payment) => {
    return (await recoverPayment(billing, payment)) !== 'unknown';
  });
}

/**
 * The same for attempts that wait for the customer or for a debit to settle. The gateway says when
 * they are done; should that word be lost, money would be taken and the invoice stay open. What the
 * customer has not confirmed in time is given up.
 *
 * @param merchantId as there
 * @returns how many were done.
 * @throws AggregateError after the others are done, where some could not be settled.
 */
export function recoverWaitingPayments(billing: Billing, merchantId?: string): Promise<number> {
  const statuses: PaymentStatus[] = ['PROCESSING', 'REQUIRES_ACTION'];
  return recoverEach(billing, { statuses, merchantId }, async (payment) => {
    let outcome = await findOutcome(billing, payment);
    if (outcome?.status === 'requires_action' && (await isUnconfirmed(billing, payment))) {
      outcome = await giveUpWaiting(billing, payment);
    }
    if (outcome?.status !== 'succeeded' && outcome?.status !== 'declined') return false;
    return (await settlePayment(billing, payment, outcome)) !== 'already_settled';
  });
}

async function isUnconfirmed(billing: Billing, payment: Payment): Promise<boolean> {
  return confirmBy(payment.createdAt) <= (await billingTime(billing, payment.merchantId));
}

/**
 * Lets the gateway forget a charge that the customer did not confirm. They may have done so this very
 * moment: what the gateway says then counts.
 */
async function giveUpWaiting(billing: Billing, payment: Payment): Promise<ChargeOutcome | null> {
  try {
    const outcome = await billing.gateway.cancelCharge(payment.idempotencyKey);
    return outcome.status === 'declined' && outcome.declineCode === givenUpCode
      ? { ...outcome, declineCode: unconfirmedCode }
      : outcome;
  } catch (error) {
    if (error instanceof GatewayFault) return null;
    throw error;
  }
}

/** @param recover returns whether it was settled. */
async function recoverEach(
  billing: Billing,
  { statuses, merchantId }: { statuses: PaymentStatus[]; merchantId: string | undefined },
  recover: (payment: Payment) => Promise<boolean>,
): Promise<number> {
  const horizon = new Date(billing.clock.now().getTime() - billing.paymentRecoverySeconds * 1000);
  const failures = new SweepFailures();
  let settled = 0;
  let after: { createdAt: Date; id: string } | null = null;
  for (;;) {
    const found: Payment[] = await billing.database.payment.findMany({
      where: {
        status: { in: statuses },
        AND: [
          merchantId
            ? { merchantId }
            : { OR: [{ createdAt: { lte: horizon } }, { customer: hasTestClock }] },
          after
            ? {
                OR: [
                  { createdAt: { gt: after.createdAt } },
                  { createdAt: after.createdAt, id: { gt: after.id } },
                ],
              }
            : {},
        ],
      },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      take: batchSize,
    });
    for (const payment of found) {
      try {
        if (await recover(payment)) settled += 1;
      } catch (error) {
        failures.add(error);
      }
    }
    after = found.at(-1) ?? null;
    if (found.length < batchSize) break;
  }
  failures.throwIfAny();
  return settled;
}

/** @returns null when the gateway has never seen it, or gives no answer. */
async function findOutcome(
  billing: Billing,
  { idempotencyKey }: Payment,
): Promise<ChargeOutcome | null> {
  try {
    return await billing.gateway.findCharge(idempotencyKey);
  } catch (error) {
    if (error instanceof GatewayFault) return null;
    throw error;
  }
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
  return chargePayment(billing, { payment, method, invoice });
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

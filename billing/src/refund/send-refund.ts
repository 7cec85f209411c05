import type { Refund } from '@4geeks/prisma';
import { GatewayFault, type Billing, type RefundOutcome } from '../ports.ts';
import { settleRefund, type RefundSettledAs } from './settle-refund.ts';

/**
 * Asks the gateway for a refund that is already committed, and applies the answer. Safe to call
 * again: the gateway knows it by its key, and settling has one effect.
 *
 * @returns `unknown` when the gateway gave no answer; the refund stays pending for recovery. Null
 * when there is no such refund.
 */
export async function sendRefund(
  billing: Billing,
  { merchantId, refundId }: { merchantId: string; refundId: string },
): Promise<RefundSettledAs | null> {
  const refund = await billing.database.refund.findUnique({
    where: { merchantId_id: { merchantId, id: refundId } },
    include: { payment: { select: { gatewayPaymentId: true } } },
  });
  if (!refund) return null;
  if (refund.status !== 'PENDING') return 'already_settled';
  return ask(billing, refund, () =>
    billing.gateway.refund({
      idempotencyKey: refund.idempotencyKey,
      // A payment that succeeded has one.
      gatewayPaymentId: refund.payment.gatewayPaymentId!,
      amountMinor: refund.amountMinor,
      currency: refund.currency,
    }),
  );
}

/** Settles a refund whose answer was lost; one the gateway has never seen is sent again. */
export async function recoverRefund(billing: Billing, refund: Refund): Promise<RefundSettledAs> {
  const found = await ask(billing, refund, () => billing.gateway.findRefund(refund.idempotencyKey));
  if (found !== null) return found;
  const { merchantId, id: refundId } = refund;
  return (await sendRefund(billing, { merchantId, refundId })) ?? 'already_settled';
}

async function ask<None extends null>(
  billing: Billing,
  refund: Refund,
  question: () => Promise<RefundOutcome | None>,
): Promise<RefundSettledAs | None> {
  let outcome: RefundOutcome | None;
  try {
    outcome = await question();
  } catch (error) {
    if (error instanceof GatewayFault) return 'unknown';
    throw error;
  }
  return outcome === null ? outcome : settleRefund(billing, refund, outcome);
}

import type { Dispute } from '@4geeks/prisma';
import { lockRow } from '../access/lock.ts';
import type { SystemViewer } from '../access/viewer.ts';
import { settleWaitingPayment } from '../payment/recover-payments.ts';
import { inFlightStatuses } from '../payment/statuses.ts';
import type { Billing, GatewayDispute } from '../ports.ts';
import { inTransaction, type BillingTransaction } from '../transaction.ts';
import { disputeStatusAfter } from './dispute-changes.ts';

/**
 * Records how a dispute stands at the gateway, whoever says that it changed. The invoice stays paid:
 * a dispute is the bank's claim on a payment, and what is disputed or lost cannot be refunded. Safe to
 * repeat: what is recorded already is recorded once, and a dispute that is closed stays as it is.
 *
 * @returns null when the gateway knows no such dispute, or we know no such payment.
 * @throws GatewayFault the gateway gave no answer
 */
export async function recordDispute(
  billing: Billing,
  { gatewayDisputeId }: { gatewayDisputeId: string },
): Promise<Dispute | null> {
  const found = await billing.gateway.findDispute(gatewayDisputeId);
  return found && recordDisputeAs(billing, found);
}

/** The same with the gateway's answer at hand. */
export async function recordDisputeAs(
  billing: Billing,
  found: GatewayDispute,
): Promise<Dispute | null> {
  const { gatewayPaymentId } = found;
  const payment = await billing.database.payment.findUnique({ where: { gatewayPaymentId } });
  if (!payment) return null;
  const { merchantId, id: paymentId } = payment;
  // Only what succeeded is disputed: the word of that is late.
  if (inFlightStatuses.has(payment.status)) {
    await settleWaitingPayment(billing, { merchantId, paymentId });
  }

  const system: SystemViewer = { kind: 'system', merchantId };
  return inTransaction(billing, system, async (transaction) => {
    const { database } = transaction;
    await lockRow(database, 'Payment', { merchantId, id: paymentId });
    const { gatewayDisputeId } = found;
    const before = await database.dispute.findUnique({ where: { gatewayDisputeId } });
    const status = disputeStatusAfter(found.status, before?.status ?? null);
    if (status === null || before?.status === status) return before;

    const data = { status, closedAt: status === 'OPEN' ? null : found.closedAt };
    const dispute = before
      ? await database.dispute.update({ where: { id: before.id }, data })
      : await database.dispute.create({
          data: {
            ...data,
            merchantId,
            paymentId,
            gatewayDisputeId,
            amountMinor: found.amountMinor,
            currency: found.currency,
            reason: found.reason,
            respondBy: found.respondBy,
            respondUrl: found.respondUrl,
            openedAt: found.openedAt,
          },
        });
    const about = { customerId: payment.customerId, dispute };
    if (!before) await recordEvent(transaction, 'dispute.opened', about);
    if (status === 'WON') await recordEvent(transaction, 'dispute.won', about);
    if (status === 'LOST') await recordEvent(transaction, 'dispute.lost', about);
    return dispute;
  });
}

async function recordEvent(
  { record }: BillingTransaction,
  type: 'dispute.opened' | 'dispute.won' | 'dispute.lost',
  { customerId, dispute }: { customerId: string; dispute: Dispute },
): Promise<void> {
  await record({
    merchantId: dispute.merchantId,
    customerId,
    type,
    objectType: 'dispute',
    objectId: dispute.id,
    data: {
      paymentId: dispute.paymentId,
      amountMinor: dispute.amountMinor.toString(),
      currency: dispute.currency,
      reason: dispute.reason,
      respondBy: dispute.respondBy?.toISOString() ?? null,
    },
  });
}

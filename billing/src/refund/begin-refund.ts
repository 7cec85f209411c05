import type { Refund } from '@4geeks/prisma';
import { lockRow } from '../access/lock.ts';
import { ConflictError } from '../errors.ts';
import type { BillingTransaction } from '../transaction.ts';
import { refundableAmount } from './refundable-amount.ts';

export interface BeginRefundInput {
  merchantId: string;
  paymentId: string;
  /** Absent: everything that is left. */
  amountMinor?: bigint | null;
  reason: string | null;
  /** What the gateway de-duplicates on; one per refund, for ever. */
  idempotencyKey: string;
}

/**
 * Writes a pending refund and enqueues asking the gateway for it: committed before that, so that
 * nothing goes back that we do not know of. The payment's lock puts its refunds in a row; together
 * they never exceed what was paid.
 *
 * @throws ConflictError PAYMENT_NOT_REFUNDABLE, REFUND_EXCEEDS_PAYMENT
 */
export async function beginRefund(
  { database, now, record, enqueue }: BillingTransaction,
  { merchantId, paymentId, amountMinor, reason, idempotencyKey }: BeginRefundInput,
): Promise<Refund> {
  await lockRow(database, 'Payment', { merchantId, id: paymentId });
  const { refunds, disputes, ...payment } = await database.payment.findUniqueOrThrow({
    where: { merchantId_id: { merchantId, id: paymentId } },
    include: {
      refunds: { select: { status: true, amountMinor: true } },
      disputes: { where: { status: { not: 'WON' } }, select: { amountMinor: true } },
    },
  });
  const disputedMinor = disputes.reduce((sum, dispute) => sum + dispute.amountMinor, 0n);
  const left = refundableAmount({ ...payment, refunds, disputedMinor });
  if (left === 0n) {
    throw new ConflictError('PAYMENT_NOT_REFUNDABLE', 'Nothing of the payment can be refunded.');
  }
  const asked = amountMinor ?? left;
  if (asked > left) {
    throw new ConflictError(
      'REFUND_EXCEEDS_PAYMENT',
      'The refund is of more than is left of the payment.',
      { refundableMinor: left.toString() },
    );
  }

  const refund = await database.refund.create({
    data: {
      merchantId,
      paymentId,
      amountMinor: asked,
      currency: payment.currency,
      reason,
      idempotencyKey,
      createdAt: now,
    },
  });
  await record({
    merchantId,
    customerId: payment.customerId,
    type: 'refund.created',
    objectType: 'refund',
    objectId: refund.id,
    data: { paymentId, amountMinor: asked.toString(), currency: refund.currency, reason },
  });
  await enqueue({ name: 'send-refund', payload: { merchantId, refundId: refund.id } });
  return refund;
}

import type { Refund } from '@4geeks/prisma';
import { lockRow } from '../access/lock.ts';
import { ConflictError } from '../errors.ts';
import type { BillingTransaction } from '../transaction.ts';
import { creditedOfPayment, refundableAmount, type RefundFacts } from './refundable-amount.ts';

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
 * nothing goes back that we do not know of. The payment's lock puts its refunds in a row; together,
 * and with what went to the customer's balance, they never exceed what was paid. The invoice is
 * locked: no credit is given meanwhile.
 *
 * @throws ConflictError PAYMENT_NOT_REFUNDABLE, REFUND_EXCEEDS_PAYMENT, CREDITED_TO_BALANCE
 */
export async function beginRefund(
  { database, now, record, enqueue }: BillingTransaction,
  { merchantId, paymentId, amountMinor, reason, idempotencyKey }: BeginRefundInput,
): Promise<Refund> {
  await lockRow(database, 'Payment', { merchantId, id: paymentId });
  const { refunds, disputes, invoice, ...payment } = await database.payment.findUniqueOrThrow({
    where: { merchantId_id: { merchantId, id: paymentId } },
    include: {
      refunds: { select: { status: true, amountMinor: true } },
      disputes: { where: { status: { not: 'WON' } }, select: { amountMinor: true } },
      invoice: { select: { balanceAppliedMinor: true, balanceCreditedMinor: true } },
    },
  });
  const facts = {
    ...payment,
    refunds,
    disputedMinor: disputes.reduce((sum, dispute) => sum + dispute.amountMinor, 0n),
    creditedMinor: creditedOfPayment(invoice),
  };
  const left = refundableAmount(facts);
  const asked = amountMinor ?? left;
  if (left === 0n || asked > left) throw refuseRefund(facts, asked);

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

function refuseRefund(facts: RefundFacts, askedMinor: bigint): ConflictError {
  const refundableMinor = refundableAmount(facts).toString();
  const uncredited = refundableAmount({ ...facts, creditedMinor: 0n });
  if (uncredited === 0n) {
    return new ConflictError('PAYMENT_NOT_REFUNDABLE', 'Nothing of the payment can be refunded.');
  }
  if (askedMinor > uncredited) {
    return new ConflictError(
      'REFUND_EXCEEDS_PAYMENT',
      'The refund is of more than is left of the payment.',
      { refundableMinor },
    );
  }
  return new ConflictError(
    'CREDITED_TO_BALANCE',
    'Part of the payment was given back to the customer’s balance already.',
    { refundableMinor, creditedMinor: facts.creditedMinor.toString() },
  );
}

import { randomUUID } from 'node:crypto';
import type { Refund } from '@4geeks/prisma';
import { lockInvoice } from '../access/lock.ts';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { ConflictError, InvalidInputError, NotFoundError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { beginRefund } from './begin-refund.ts';

export interface RefundPaymentInput {
  paymentId: string;
  /** Absent: everything that is left. */
  amountMinor?: bigint | null;
  /** For the records; at most 500 characters are kept. */
  reason?: string | null;
  /** The caller's name for this refund: asked for again under it, it is made once. */
  requestKey?: string | null;
}

/**
 * Gives back part or all of what a payment collected. The gateway is asked by a job; subscribers
 * see the outcome. What the invoice says stays: to reduce a paid invoice, credit it.
 *
 * @throws NotFoundError payment
 * @throws InvalidInputError amountMinor
 * @throws ConflictError PAYMENT_NOT_REFUNDABLE, REFUND_EXCEEDS_PAYMENT, CREDITED_TO_BALANCE,
 *   REQUEST_KEY_REUSED
 */
export async function refundPayment(
  billing: Billing,
  actor: Actor,
  { paymentId, amountMinor, reason, requestKey }: RefundPaymentInput,
): Promise<Refund> {
  authorize(actor, { staff: 'payments:write', apiKey: 'payments:write' });
  const { merchantId } = actor;
  if (amountMinor != null && amountMinor <= 0n) {
    throw new InvalidInputError('amountMinor', 'not_positive', 'A refund is of more than zero.');
  }
  const idempotencyKey = `refund:${paymentId}:${requestKey ?? randomUUID()}`;

  return inTransaction(billing, actor, async (transaction) => {
    const { database } = transaction;
    const payment = await database.payment.findUnique({
      where: { merchantId_id: { merchantId, id: paymentId } },
      select: { invoiceId: true },
    });
    if (!payment) throw new NotFoundError('payment');
    // A change of plan that credits what was paid waits, and then finds the refund.
    await lockInvoice(database, { merchantId, id: payment.invoiceId });
    const earlier = await database.refund.findUnique({ where: { idempotencyKey } });
    if (!earlier) {
      return beginRefund(transaction, {
        merchantId,
        paymentId,
        amountMinor: amountMinor ?? null,
        reason: reason?.trim().slice(0, 500) || null,
        idempotencyKey,
      });
    }
    if (amountMinor != null && amountMinor !== earlier.amountMinor) {
      throw new ConflictError(
        'REQUEST_KEY_REUSED',
        'The request key was used before for a refund of another amount.',
      );
    }
    return earlier;
  });
}

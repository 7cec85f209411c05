/** How much of a payment may still go back. Pure. */
import type { Invoice, PaymentStatus, RefundStatus } from '@4geeks/prisma';

export interface RefundFacts {
  status: PaymentStatus;
  amountMinor: bigint;
  refunds: readonly { status: RefundStatus; amountMinor: bigint }[];
  /** What the cardholder's bank has taken back, or holds until the dispute is decided. */
  disputedMinor: bigint;
  /** What went to the customer's balance instead: see `creditedOfPayment`. */
  creditedMinor: bigint;
}

/**
 * What of an invoice's payment was given back to the customer's balance, for time not used. Credits
 * give back first what the balance had paid, then the payment.
 *
 * @returns minor units, never negative.
 */
export function creditedOfPayment({
  balanceAppliedMinor,
  balanceCreditedMinor,
}: Pick<Invoice, 'balanceAppliedMinor' | 'balanceCreditedMinor'>): bigint {
  return balanceCreditedMinor > balanceAppliedMinor
    ? balanceCreditedMinor - balanceAppliedMinor
    : 0n;
}

/**
 * What was paid less what went back, is on its way back, is disputed, or was given back to the
 * customer's balance: a refund whose outcome is not known counts as made, because it may have been.
 *
 * @returns minor units, never negative; 0 for a payment that did not succeed.
 */
export function refundableAmount({
  status,
  amountMinor,
  refunds,
  disputedMinor,
  creditedMinor,
}: RefundFacts): bigint {
  if (status !== 'SUCCEEDED') return 0n;
  const gone = refunds.reduce(
    (sum, refund) => (refund.status === 'FAILED' ? sum : sum + refund.amountMinor),
    disputedMinor + creditedMinor,
  );
  return gone < amountMinor ? amountMinor - gone : 0n;
}

/** How much of a payment may still go back. Pure. */
import type { PaymentStatus, RefundStatus } from '@4geeks/prisma';

export interface RefundFacts {
  status: PaymentStatus;
  amountMinor: bigint;
  refunds: readonly { status: RefundStatus; amountMinor: bigint }[];
  /** What the cardholder's bank has taken back, or holds until the dispute is decided. */
  disputedMinor: bigint;
}

/**
 * What was paid less what went back, is on its way back, or is disputed: a refund whose outcome is
 * not known counts as made, because it may have been.
 *
 * @returns minor units, never negative; 0 for a payment that did not succeed.
 */
export function refundableAmount({
  status,
  amountMinor,
  refunds,
  disputedMinor,
}: RefundFacts): bigint {
  if (status !== 'SUCCEEDED') return 0n;
  const gone = refunds.reduce(
    (sum, refund) => (refund.status === 'FAILED' ? sum : sum + refund.amountMinor),
    disputedMinor,
  );
  return gone < amountMinor ? amountMinor - gone : 0n;
}

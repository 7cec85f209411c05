/**
 * What the gateway's word makes of an attempt, in which status. Pure, and the only place that decides
 * it; docs/invoices.md is the same table for people, and a test holds one to the other.
 */
import type { PaymentStatus } from '@4geeks/prisma';
import type { ChargeOutcome } from '../ports.ts';

export const paymentStatuses = [
  'PENDING',
  'PROCESSING',
  'REQUIRES_ACTION',
  'SUCCEEDED',
  'FAILED',
] as const satisfies readonly PaymentStatus[];

const statusOf: Readonly<Record<ChargeOutcome['status'], PaymentStatus>> = {
  processing: 'PROCESSING',
  requires_action: 'REQUIRES_ACTION',
  succeeded: 'SUCCEEDED',
  declined: 'FAILED',
};

/** @returns the status afterwards; null: it is settled, and nothing is said of it any more. */
export function paymentStatusAfter(
  word: ChargeOutcome['status'],
  status: PaymentStatus,
): PaymentStatus | null {
  const settled = status === 'SUCCEEDED' || status === 'FAILED';
  return settled ? null : statusOf[word];
}

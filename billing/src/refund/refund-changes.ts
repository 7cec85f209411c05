/**
 * What the gateway's word makes of a refund, in which status. Pure, and the only place that decides
 * it; docs/invoices.md is the same table for people, and a test holds one to the other.
 */
import type { RefundStatus } from '@4geeks/prisma';
import type { RefundOutcome } from '../ports.ts';

export const refundStatuses = [
  'PENDING',
  'SUCCEEDED',
  'FAILED',
] as const satisfies readonly RefundStatus[];

const statusOf: Readonly<Record<RefundOutcome['status'], RefundStatus>> = {
  succeeded: 'SUCCEEDED',
  failed: 'FAILED',
};

/** @returns the status afterwards; null: it is settled, and nothing is said of it any more. */
export function refundStatusAfter(
  word: RefundOutcome['status'],
  status: RefundStatus,
): RefundStatus | null {
  return status === 'PENDING' ? statusOf[word] : null;
}

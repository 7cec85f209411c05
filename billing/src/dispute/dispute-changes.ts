/**
 * What the gateway's word makes of a dispute, in which status. Pure, and the only place that decides
 * it; docs/invoices.md is the same table for people, and a test holds one to the other.
 */
import type { DisputeStatus } from '@4geeks/prisma';
import type { GatewayDispute } from '../ports.ts';

export const disputeStatuses = ['OPEN', 'WON', 'LOST'] as const satisfies readonly DisputeStatus[];

const statusOf: Readonly<Record<GatewayDispute['status'], DisputeStatus>> = {
  open: 'OPEN',
  won: 'WON',
  lost: 'LOST',
};

/**
 * @param status null: not recorded yet
 * @returns the status afterwards; null: it is closed, and nothing is said of it any more.
 */
export function disputeStatusAfter(
  word: GatewayDispute['status'],
  status: DisputeStatus | null,
): DisputeStatus | null {
  const closed = status === 'WON' || status === 'LOST';
  return closed ? null : statusOf[word];
}

import type { SystemViewer } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { renewTaken } from './renew-taken.ts';

/**
 * Takes one subscription over the end of its current period. Several workers may try at once: one
 * does it, the others pass on.
 *
 * @returns what happened; `passed` when nothing is due (any more) or another worker has it.
 */
export async function renewSubscription(
  billing: Billing,
  { merchantId, subscriptionId }: { merchantId: string; subscriptionId: string },
): Promise<'renewed' | 'ended' | 'passed'> {
  const system: SystemViewer = { kind: 'system', merchantId };
  return inTransaction(billing, system, async (transaction) => {
    const { database, now } = transaction;
    const taken = await database.$queryRaw<{ id: string }[]>`
      SELECT id FROM "Subscription"
      WHERE id = ${subscriptionId}::uuid AND "merchantId" = ${merchantId}::uuid
        AND "nextRenewalAt" <= ${now}
      FOR NO KEY UPDATE SKIP LOCKED`;
    if (taken.length === 0) return 'passed';
    const ended = await renewTaken(transaction, [subscriptionId]);
    return ended.has(subscriptionId) ? 'ended' : 'renewed';
  });
}

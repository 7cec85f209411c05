import type { Subscription } from '@4geeks/prisma';
import type { SystemViewer } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { SweepFailures } from '../sweep.ts';
import { dueScope } from '../test-clock/due-scope.ts';
import { inTransaction } from '../transaction.ts';
import { takeUpSubscription } from './take-up-subscription.ts';

const batchSize = 100;

/**
 * Resumes every subscription whose pause was to end by now, found by index and taken in batches. Safe
 * on any number of workers, and resumable: what is not done stays due.
 *
 * @param merchantId absent: everybody's who has no test clock; else of this one, by its own time.
 * @returns how many were resumed.
 * @throws AggregateError after the others are done, where some could not be resumed.
 */
export async function resumeDueSubscriptions(
  billing: Billing,
  merchantId?: string,
): Promise<number> {
  const failures = new SweepFailures();
  const failed: string[] = [];
  let done = 0;
  for (;;) {
    const { now, owner } = await dueScope(billing, merchantId);
    const due = await billing.database.subscription.findMany({
      where: { resumesAt: { lte: now }, id: { notIn: failed }, ...owner },
      orderBy: { resumesAt: 'asc' },
      take: batchSize,
      select: { id: true, merchantId: true },
    });
    let moved = 0;
    for (const { id, merchantId } of due) {
      try {
        if (await resumeIfDue(billing, { merchantId, subscriptionId: id })) moved += 1;
      } catch (error) {
        failed.push(id);
        failures.add(error);
      }
    }
    done += moved;
    // Nothing moved: all done, or the rest is in another worker's hands.
    if (moved === 0) break;
  }
  failures.throwIfAny();
  return done;
}

/** @returns false when it is not due (any more) or another worker has it. */
async function resumeIfDue(
  billing: Billing,
  { merchantId, subscriptionId }: { merchantId: string; subscriptionId: string },
): Promise<boolean> {
  const system: SystemViewer = { kind: 'system', merchantId };
  return inTransaction(billing, system, async (transaction) => {
    const { database, now } = transaction;
    const locked = await database.$queryRaw<Pick<Subscription, 'id'>[]>`
      SELECT id FROM "Subscription"
      WHERE id = ${subscriptionId}::uuid AND "merchantId" = ${merchantId}::uuid
        AND "resumesAt" <= ${now}
      FOR UPDATE SKIP LOCKED`;
    if (locked.length === 0) return false;
    const subscription = await database.subscription.findUniqueOrThrow({
      where: { id: subscriptionId },
      include: { customer: true, merchant: { select: { timeZone: true } } },
    });
    await takeUpSubscription(transaction, subscription, subscription.resumesAt ?? now);
    return true;
  });
}

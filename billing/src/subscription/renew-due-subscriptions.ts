import type { Billing } from '../ports.ts';
import { SweepFailures } from '../sweep.ts';
import { dueScope } from '../test-clock/due-scope.ts';
import { renewSubscription } from './renew-subscription.ts';
import { resumeDueSubscriptions } from './resume-due-subscriptions.ts';

const batchSize = 100;

/**
 * Resumes and renews every subscription that is due, found by index, in batches, oldest first. Safe
 * on any number of workers, and resumable: what is not done stays due. A subscription several
 * periods behind is billed for each, in order.
 *
 * @param merchantId absent: everybody's who has no test clock; else of this one, by its own time.
 * @returns how many were renewed or ended.
 * @throws AggregateError after the others are done, where some could not be renewed.
 */
export async function renewDueSubscriptions(
  billing: Billing,
  merchantId?: string,
): Promise<number> {
  const failures = new SweepFailures();
  // A pause that is over first: what it begins may itself be due for renewal.
  await resumeDueSubscriptions(billing, merchantId).catch((error: unknown) => failures.add(error));
  const failed: string[] = [];
  let done = 0;
  for (;;) {
    const { now, owner } = await dueScope(billing, merchantId);
    const due = await billing.database.subscription.findMany({
      where: { nextRenewalAt: { lte: now }, id: { notIn: failed }, ...owner },
      orderBy: { nextRenewalAt: 'asc' },
      take: batchSize,
      select: { id: true, merchantId: true },
    });
    let moved = 0;
    for (const { id, merchantId } of due) {
      try {
        const outcome = await renewSubscription(billing, { merchantId, subscriptionId: id });
        if (outcome !== 'passed') moved += 1;
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

import { installation, type SystemViewer } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { SweepFailures } from '../sweep.ts';
import { inTransaction } from '../transaction.ts';
import { renewSubscription } from './renew-subscription.ts';
import { renewTaken } from './renew-taken.ts';
import { resumeDueSubscriptions } from './resume-due-subscriptions.ts';
import { takeDueSubscriptions, type DueSubscription } from './take-due-subscriptions.ts';

/**
 * Renewed in one transaction: enough that what each shares with the others hardly counts, and few
 * enough that nobody waits long for the merchant's invoice numbers, which are locked meanwhile.
 */
const batchSize = 200;

/** Batches of a run in hand at once: while one is written, the next is read and planned. */
const batchesAtOnce = 2;

/**
 * Resumes and renews every subscription that is due, found by index and taken in batches, oldest
 * first. Safe on any number of workers: what one has taken the others pass over. A run that is
 * interrupted has done whole batches; what is not done stays due. A subscription several periods
 * behind is billed for each, in order.
 *
 * @param merchantId absent: everybody's who has no test clock; else of this one, by its own time, one
 *   batch after the other.
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
  const actor = merchantId === undefined ? installation : systemOf(merchantId);
  const failed = new Set<string>();
  let done = 0;
  let after: DueSubscription | null = null;

  /** @returns those that are due after this one, each renewed or among the failures. */
  async function renewBatch(from: DueSubscription | null): Promise<DueSubscription[]> {
    let taken: DueSubscription[] = [];
    try {
      await inTransaction(billing, actor, async (transaction) => {
        const { now } = transaction;
        taken = await takeDueSubscriptions(transaction, {
          now,
          merchantId,
          except: [...failed],
          limit: batchSize,
          after: from,
        });
        after = taken.at(-1) ?? null;
        await renewTaken(
          transaction,
          taken.map(({ id }) => id),
        );
      });
      done += taken.length;
    } catch (error) {
      if (taken.length === 0) throw error;
      // One that cannot be renewed must not hold up the others it was taken with.
      for (const { id, merchantId } of taken) {
        try {
          const outcome = await renewSubscription(billing, { merchantId, subscriptionId: id });
          if (outcome !== 'passed') done += 1;
        } catch (reason) {
          // Another batch may have met it, too.
          if (!failed.has(id)) failures.add(reason);
          failed.add(id);
        }
      }
    }
    return taken;
  }

  async function renewInTurn(): Promise<void> {
    for (;;) {
      const from = after;
      const taken = await renewBatch(from);
      // From the beginning none: all done, or the rest is in others' hands. Once more from there, for
      // what others gave back and what is due again.
      if (taken.length === 0 && from === null) return;
    }
  }

  const turns = Array.from({ length: merchantId === undefined ? batchesAtOnce : 1 }, renewInTurn);
  // Whichever fails, the other is heard out: a run that has ended works no more.
  for (const ended of await Promise.allSettled(turns)) {
    if (ended.status === 'rejected') throw ended.reason;
  }
  failures.throwIfAny();
  return done;
}

function systemOf(merchantId: string): SystemViewer {
  return { kind: 'system', merchantId };
}

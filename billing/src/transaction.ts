/**
 * One transaction, one truth: rows, events and jobs of one change commit together; live
 * subscribers hear of it after the commit.
 */
import type { Event, Prisma, Transaction } from '@4geeks/prisma';
import type { Actor, InstallationActor } from './access/viewer.ts';
import type { EventInput } from './event/events.ts';
import { insertEvents, type NewEvent } from './event/insert-events.ts';
import type { Job } from './jobs.ts';
import type { Billing, TaxProvider } from './ports.ts';
import { holdBillingTime } from './test-clock/billing-time.ts';

export interface BillingTransaction {
  database: Transaction;
  /** Billing time of the actor's merchant, the same throughout the transaction. */
  now: Date;
  /** Says what tax is on what is billed. */
  tax: TaxProvider;
  /** Records that something happened; written with the commit, published after it. */
  record(event: EventInput): Promise<void>;
  /** The job exists if and only if the transaction commits. */
  enqueue(job: Job): Promise<void>;
}

function actorOf(actor: Actor | InstallationActor): {
  actorKind: Event['actorKind'];
  actorId: string | null;
} {
  switch (actor.kind) {
    case 'staff':
      return { actorKind: 'STAFF', actorId: actor.staffMemberId };
    case 'customer':
      return { actorKind: 'CUSTOMER', actorId: actor.customerId };
    case 'apiKey':
      return { actorKind: 'API_KEY', actorId: actor.apiKeyId };
    case 'anonymous':
    case 'installation':
    case 'system':
      return { actorKind: 'SYSTEM', actorId: null };
  }
}

/**
 * Runs `work` in one READ COMMITTED transaction: lock what you decide on. Rolls back when it
 * throws; nothing is published then.
 *
 * @param actor recorded on every event.
 */
export async function inTransaction<Result>(
  billing: Billing,
  actor: Actor | InstallationActor,
  work: (transaction: BillingTransaction) => Promise<Result>,
): Promise<Result> {
  const recorded: NewEvent[] = [];
  const [result, events] = await billing.database.$transaction(async (database) => {
    const now =
      actor.kind === 'anonymous' || actor.kind === 'installation'
        ? billing.clock.now()
        : await holdBillingTime(billing, database, actor.merchantId);
    const done = await work({
      database,
      now,
      tax: billing.tax,
      async record({ customerId = null, data, ...event }) {
        recorded.push({
          ...event,
          ...actorOf(actor),
          customerId,
          data: data as Prisma.JsonObject,
          occurredAt: now,
        });
      },
      enqueue: (job) => billing.enqueue(database, job),
    });
    return [done, await insertEvents(database, recorded)];
  });
  if (events.length > 0) billing.publish(events);
  return result;
}

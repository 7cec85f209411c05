/**
 * One transaction, one truth: rows, events and jobs of one change commit together; live
 * subscribers hear of it after the commit.
 */
import { asSql, type Event, type Prisma, type SqlRunner, type Transaction } from '@4geeks/prisma';
import type { Actor, InstallationActor } from './access/viewer.ts';
import type { EventInput } from './event/events.ts';
import { insertEvents, type NewEvent } from './event/insert-events.ts';
import { noteCommit } from './idempotency/note-commit.ts';
import type { Job } from './jobs.ts';
import type { Billing, TaxProvider } from './ports.ts';
import { holdTestClock } from './test-clock/billing-time.ts';

/** A transaction that only speaks plain SQL; see docs/decisions/010. */
export interface PlainTransaction {
  sql: SqlRunner;
  /**
   * Sends a statement whose answer nobody needs; should it fail, the transaction does. It keeps
   * its place among plain statements; calls of the client may overtake it, and must not depend on it.
   */
  send(statement: Prisma.Sql): void;
  /** Billing time of the actor's merchant, the same throughout the transaction. */
  now: Date;
  /** Says what tax is on what is billed. */
  tax: TaxProvider;
  /**
   * Records that something happened; written with the commit, published after it.
   *
   * @param by whose doing it was, where that is not the transaction's actor.
   */
  record(event: EventInput, by?: Actor): Promise<void>;
  /** The job exists if and only if the transaction commits. */
  enqueue(job: Job): Promise<void>;
}

export interface BillingTransaction extends PlainTransaction {
  database: Transaction;
}

/** Who a transaction is for. The installation goes by the wall clock. */
type TransactionActor = Actor | InstallationActor;

/**
 * Runs `work` in one READ COMMITTED transaction: lock what you decide on. Rolls back when it
 * throws; nothing is published then.
 *
 * @param actor recorded on every event.
 */
export function inTransaction<Result>(
  billing: Billing,
  actor: TransactionActor,
  work: (transaction: BillingTransaction) => Promise<Result>,
): Promise<Result> {
  return publishing(billing, actor, (open) =>
    billing.database.$transaction(async (database) => {
      const sql = asSql(database);
      const ledger = await open(sql);
      const done = await work({ ...ledger.transaction, sql, database });
      return [done, await ledger.write(sql)];
    }),
  );
}

/** The same for work that speaks plain SQL alone: what somebody waits for, or hundreds of rows. */
export function inPlainTransaction<Result>(
  billing: Billing,
  actor: TransactionActor,
  work: (transaction: PlainTransaction) => Promise<Result>,
): Promise<Result> {
  return publishing(billing, actor, (open) =>
    billing.database.sql.transaction(
      async (sql) => {
        const ledger = await open(sql);
        return { ledger, done: await work({ ...ledger.transaction, sql }) };
      },
      async (sql, { ledger, done }) => [done, await ledger.write(sql)],
    ),
  );
}

async function publishing<Result>(
  billing: Billing,
  actor: TransactionActor,
  commit: (open: (sql: SqlRunner) => Promise<Ledger>) => Promise<[Result, Event[]]>,
): Promise<Result> {
  const [result, events] = await commit((sql) => openLedger(billing, actor, sql));
  if (events.length > 0) billing.publish(events);
  return result;
}

/** What is told and asked for during a transaction, written together at its end. */
interface Ledger {
  transaction: Omit<PlainTransaction, 'sql'>;
  /** @returns the events as they now are. */
  write(sql: SqlRunner): Promise<Event[]>;
}

async function openLedger(
  billing: Billing,
  actor: TransactionActor,
  sql: SqlRunner,
): Promise<Ledger> {
  const testClock =
    actor.kind === 'anonymous' || actor.kind === 'installation'
      ? null
      : await holdTestClock(billing, sql, actor.merchantId);
  const now = testClock ?? billing.clock.now();
  const itsActor = actorOf(actor);
  const events: NewEvent[] = [];
  const jobs: Job[] = [];
  const sent: Promise<unknown>[] = [];
  return {
    transaction: {
      send(statement) {
        const answered = sql.query(statement);
        // Told at the end.
        answered.catch(() => {});
        sent.push(answered);
      },
      now,
      tax: billing.tax,
      async record({ customerId = null, data, ...event }, by) {
        events.push({
          ...event,
          ...(by ? actorOf(by) : itsActor),
          customerId,
          data: data as Prisma.JsonObject,
          occurredAt: now,
        });
      },
      async enqueue(job) {
        // Who moves a test clock looks at once for what came of it.
        jobs.push(testClock ? { ...job, patient: false } : job);
      },
    },
    async write(sql) {
      const written = insertEvents(sql, events);
      const { idempotentRequest } = billing;
      // In the order sent: of several that fail, the first is the reason of the others.
      await Promise.all([
        ...sent,
        written,
        jobs.length > 0 && billing.enqueue(sql, jobs),
        idempotentRequest && noteCommit(sql, idempotentRequest, billing.clock.now()),
      ]);
      return written;
    },
  };
}

function actorOf(actor: TransactionActor): {
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

/**
 * Makes deliveries of events, after the fact: the transaction that records an event does nothing for
 * webhooks. docs/decisions/012 says why, and why no event is missed.
 *
 * Terms: *settled* is the number up to which no event can come up any more; the *mark* is a number
 * that will be settled once the transactions before it have ended.
 */
import { Prisma, type SqlRunner } from '@4geeks/prisma';
import type { Billing } from '../ports.ts';
import { publicEventTypes, testEventType } from './public-events.ts';

/** Deliveries of one statement; more than endpoints may listen to one event. */
const batchSize = 2000;

/**
 * Makes a delivery of every event that an endpoint listens to, where it has none of it yet. Any number may do so
 * at once: an endpoint has one delivery of an event.
 */
export async function dispatchEvents({ database, clock }: Billing): Promise<void> {
  const { sql } = database;
  const feed = await readFeed(sql);
  if (feed.newest === feed.settled) return;
  // Whoever holds a number up to feed.newest has had its transaction id since before this one.
  const transaction = await currentTransaction(sql);

  for (let from = feed.settled; ;) {
    const { count, last } = await deliverAfter(sql, from, clock.now());
    if (count < batchSize || last === null) break;
    // Several endpoints may listen to the last one.
    from = last - 1n;
  }
  await advanceFeed(sql, feed, transaction);
}

interface Feed {
  settled: bigint;
  mark: { sequence: bigint; transaction: bigint } | null;
  /** Number of the newest event that is committed. */
  newest: bigint;
  /** Every transaction before this one has ended. */
  oldestRunning: bigint;
}

/** One statement, so that all of it is as of one moment. */
async function readFeed(sql: SqlRunner): Promise<Feed> {
  const [row] = await sql.query<{
    settledSequence: bigint;
    markSequence: bigint | null;
    markTransaction: bigint | null;
    newest: bigint | null;
    oldestRunning: bigint;
  }>(Prisma.sql`
    SELECT "settledSequence", "markSequence", "markTransaction",
      (SELECT max(sequence) FROM "Event") AS newest,
      pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS "oldestRunning"
    FROM "WebhookFeed"`);
  if (!row) throw new Error('The webhook feed has no row');
  const { settledSequence, markSequence, markTransaction, newest, oldestRunning } = row;
  return {
    settled: settledSequence,
    mark:
      markSequence === null || markTransaction === null
        ? null
        : { sequence: markSequence, transaction: markTransaction },
    newest: newest ?? settledSequence,
    oldestRunning,
  };
}

/** Takes a transaction id: the next one there is. */
async function currentTransaction(sql: SqlRunner): Promise<bigint> {
  const [row] = await sql.query<{ id: bigint }>(Prisma.sql`
    SELECT pg_current_xact_id()::text::bigint AS id`);
  return row!.id;
}

/**
 * Makes the deliveries of a batch that are not there yet.
 *
 * @returns how many there are of it now, and the number of the last one's event.
 */
async function deliverAfter(
  sql: SqlRunner,
  sequence: bigint,
  now: Date,
): Promise<{ count: number; last: bigint | null }> {
  const [result] = await sql.query<{ count: number; last: bigint | null }>(Prisma.sql`
    WITH wanted AS (
      SELECT endpoint."merchantId", endpoint.id AS "endpointId", event.id AS "eventId",
        event.sequence
      FROM "WebhookEndpoint" endpoint
      JOIN "Event" event ON event."merchantId" = endpoint."merchantId"
        AND event.sequence > ${sequence}::bigint
        AND event.sequence > endpoint."afterSequence"
      WHERE endpoint."disabledAt" IS NULL
        AND (
          event.type = ANY(
            CASE WHEN cardinality(endpoint."eventTypes") = 0
              THEN ${publicEventTypes}::text[] ELSE endpoint."eventTypes" END
          )
          OR (event.type = ${testEventType} AND event."objectId" = endpoint.id)
        )
      ORDER BY event.sequence
      LIMIT ${batchSize}
    ),
    made AS (
      INSERT INTO "WebhookDelivery" (
        id, "merchantId", "endpointId", "eventId", sequence, "nextAttemptAt", "createdAt"
      )
      SELECT gen_random_uuid(), "merchantId", "endpointId", "eventId", sequence,
        ${now}::timestamptz, ${now}::timestamptz
      FROM wanted
      ON CONFLICT ("endpointId", "eventId") DO NOTHING
    )
    SELECT count(*)::int AS count, max(sequence) AS last FROM wanted`);
  return result!;
}

/**
 * After everything was looked at that was committed at the moment of `feed`. Any two may come here at
 * once: every mark is true by itself, and what is settled only grows.
 *
 * @param transaction taken after that moment.
 */
async function advanceFeed(sql: SqlRunner, feed: Feed, transaction: bigint): Promise<void> {
  const { mark, newest } = feed;
  const isReached = mark !== null && mark.transaction <= feed.oldestRunning;
  // A database restored elsewhere counts its transactions anew.
  const isForeign = mark !== null && mark.transaction > transaction;
  if (mark !== null && !isReached && !isForeign) return;
  await sql.query(Prisma.sql`
    UPDATE "WebhookFeed" SET
      "settledSequence" = greatest("settledSequence", ${isReached ? mark.sequence : 0n}::bigint),
      "markSequence" = ${newest}::bigint,
      "markTransaction" = ${transaction}::bigint`);
}

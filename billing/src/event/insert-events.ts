import { randomUUIDv7 } from 'node:crypto';
import { Prisma, type Event, type SqlRunner } from '@4geeks/prisma';

/** An event before the database has numbered it. */
export type NewEvent = Omit<Event, 'id' | 'sequence' | 'requestId' | 'createdAt'>;

/**
 * Writes events in the order given. By hand, because every transaction ends with it: one statement
 * with one text for any number of them, where Prisma would compile each call anew.
 *
 * The condition is true, and decided before any row: the transaction has its id before it takes
 * numbers for its events, which webhooks rely on to miss none (docs/decisions/012).
 *
 * @returns them as they now are, in the same order.
 */
export async function insertEvents(sql: SqlRunner, events: readonly NewEvent[]): Promise<Event[]> {
  if (events.length === 0) return [];
  const numbered = events.map((event) => ({ ...event, id: randomUUIDv7() as string }));
  const rows = await sql.query<Pick<Event, 'id' | 'sequence' | 'createdAt'>>(Prisma.sql`
    INSERT INTO "Event" (
      id, "merchantId", "customerId", type, "objectType", "objectId", data, "actorKind", "actorId",
      "occurredAt"
    )
    SELECT id, "merchantId", "customerId", type, "objectType", "objectId", data, "actorKind",
      "actorId", "occurredAt"
    FROM jsonb_to_recordset(${JSON.stringify(numbered)}::jsonb) AS event (
      id uuid, "merchantId" uuid, "customerId" uuid, type text, "objectType" text,
      "objectId" uuid, data jsonb, "actorKind" "ActorKind", "actorId" text,
      "occurredAt" timestamptz
    )
    WHERE pg_current_xact_id() IS NOT NULL
    RETURNING id, sequence, "createdAt"`);
  const written = new Map(rows.map((row) => [row.id, row]));
  return numbered.map((event) => ({ ...event, requestId: null, ...written.get(event.id)! }));
}

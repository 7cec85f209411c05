import { Prisma, type Event, type SqlRunner, type WebhookDelivery } from '@4geeks/prisma';

/** Longer than sending all that is claimed together takes; then somebody else may have it. */
const claimMs = 90_000;

/** An endpoint with something to be sent, and when the first of it is due. */
export interface WaitingEndpoint {
  endpointId: string;
  nextAttemptAt: Date;
}

/** Every endpoint that something waits for. Costs a step in the index each, whatever waits. */
export function waitingEndpoints(sql: SqlRunner): Promise<WaitingEndpoint[]> {
  return sql.query<WaitingEndpoint>(Prisma.sql`
    WITH RECURSIVE waiting AS (
      (
        SELECT "endpointId", "nextAttemptAt" FROM "WebhookDelivery"
        WHERE "nextAttemptAt" IS NOT NULL
        ORDER BY "endpointId", "nextAttemptAt"
        LIMIT 1
      )
      UNION ALL
      SELECT next."endpointId", next."nextAttemptAt"
      FROM waiting CROSS JOIN LATERAL (
        SELECT "endpointId", "nextAttemptAt" FROM "WebhookDelivery"
        WHERE "nextAttemptAt" IS NOT NULL AND "endpointId" > waiting."endpointId"
        ORDER BY "endpointId", "nextAttemptAt"
        LIMIT 1
      ) next
    )
    SELECT "endpointId", "nextAttemptAt" FROM waiting`);
}

/** What sending and recording it needs, its event included. */
export interface ClaimedDelivery extends Pick<
  WebhookDelivery,
  'id' | 'merchantId' | 'endpointId' | 'scheduleStep' | 'scheduleBeganAt'
> {
  event: Pick<
    Event,
    'id' | 'type' | 'sequence' | 'occurredAt' | 'objectType' | 'objectId' | 'customerId' | 'data'
  >;
}

/**
 * Takes deliveries that are due for sending, in the order of their events, by putting off their next
 * attempt: nobody else takes them, and should this process die, they are due again.
 */
export async function claimDeliveries(
  sql: SqlRunner,
  { endpointId, now, most }: { endpointId: string; now: Date; most: number },
): Promise<ClaimedDelivery[]> {
  const until = new Date(now.getTime() + claimMs);
  const claimed = await sql.query<Omit<ClaimedDelivery, 'event'> & { eventId: string }>(Prisma.sql`
    UPDATE "WebhookDelivery" SET "nextAttemptAt" = ${until}::timestamptz
    WHERE id IN (
      SELECT id FROM "WebhookDelivery"
      WHERE "endpointId" = ${endpointId}::uuid AND "nextAttemptAt" <= ${now}::timestamptz
      ORDER BY "nextAttemptAt", sequence
      LIMIT ${most}
      FOR UPDATE SKIP LOCKED
    )
    RETURNING id, "merchantId", "endpointId", "eventId", "scheduleStep", "scheduleBeganAt"`);
  if (claimed.length === 0) return [];
  const events = await sql.query<ClaimedDelivery['event']>(Prisma.sql`
    SELECT id, type, sequence, "occurredAt", "objectType", "objectId", "customerId", data
    FROM "Event" WHERE id = ANY(${claimed.map(({ eventId }) => eventId)}::uuid[])
    ORDER BY sequence`);
  const byEvent = new Map(claimed.map((delivery) => [delivery.eventId, delivery]));
  return events.map((event) => ({ ...byEvent.get(event.id)!, event }));
}

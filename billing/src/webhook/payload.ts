/** What an endpoint is sent: docs/api/webhooks.md describes it to integrators. */
import type { Event, Prisma } from '@4geeks/prisma';
import type { ApiId } from '../ports.ts';

/** The newest shape. An endpoint keeps the one it was made with; an older one is made from this. */
export const payloadVersion = '2026-11-28';

export interface WebhookPayload {
  /** Global id of the Event; the header webhook-id, too. */
  id: string;
  type: string;
  version: typeof payloadVersion;
  /** ISO 8601; billing time, which a test clock may have moved. */
  occurredAt: string;
  /** Higher: recorded later, within one merchant. */
  sequence: number;
  /** The noun it is about, in snake case. */
  objectType: string;
  /** Global ids, as the API gives them; null where the API has no such node. */
  objectId: string | null;
  customerId: string | null;
  /** Facts by name. Amounts are decimal strings of minor units. */
  data: Prisma.JsonObject;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function payloadOf(
  event: Pick<
    Event,
    'id' | 'type' | 'sequence' | 'occurredAt' | 'objectType' | 'objectId' | 'customerId' | 'data'
  >,
  apiId: ApiId,
): WebhookPayload {
  return {
    id: apiId('event', event.id)!,
    type: event.type,
    version: payloadVersion,
    occurredAt: event.occurredAt.toISOString(),
    sequence: Number(event.sequence),
    objectType: event.objectType,
    objectId: apiId(event.objectType, event.objectId),
    customerId: event.customerId && apiId('customer', event.customerId),
    data: Object.fromEntries(
      Object.entries(event.data as Prisma.JsonObject).map(([name, value]) => [
        name,
        withApiId(name, value ?? null, apiId),
      ]),
    ),
  };
}

/** A fact that names something, `paymentMethodId`, as the API names it. */
function withApiId(name: string, value: Prisma.JsonValue, apiId: ApiId): Prisma.JsonValue {
  if (typeof value !== 'string' || !name.endsWith('Id') || !uuid.test(value)) return value;
  const noun = name.slice(0, -2).replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return apiId(noun, value) ?? value;
}

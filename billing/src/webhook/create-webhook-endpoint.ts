import { randomUUIDv7 } from 'node:crypto';
import type { WebhookEndpoint } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { ConflictError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { checkDescription, checkEventTypes, checkUrl } from './check-endpoint.ts';
import { newEndpointSecret, ownerOfSecret } from './endpoint-secret.ts';
import { newestSequence } from './lock-endpoint.ts';
import { payloadVersion } from './payload.ts';

/** Of one merchant. */
export const mostEndpoints = 20;

export interface CreateWebhookEndpointInput {
  url: string;
  /** Empty or absent: every public type, those to come too. */
  eventTypes?: readonly string[] | null | undefined;
  description?: string | null | undefined;
}

/**
 * Somewhere to be told of events, from the next one on.
 *
 * @returns the signing secret too, once: it is kept sealed.
 * @throws InvalidInputError URL_INVALID, URL_NOT_HTTPS, URL_NOT_PUBLIC, EVENT_TYPE_UNKNOWN,
 *   DESCRIPTION_TOO_LONG
 * @throws ConflictError TOO_MANY_WEBHOOK_ENDPOINTS
 */
export async function createWebhookEndpoint(
  billing: Billing,
  actor: Actor,
  input: CreateWebhookEndpointInput,
): Promise<{ endpoint: WebhookEndpoint; secret: string }> {
  authorize(actor, { staff: 'webhooks:write', apiKey: 'webhooks:write' });
  const { merchantId } = actor;
  const eventTypes = checkEventTypes(input.eventTypes ?? []);
  const description = checkDescription(input.description ?? '');
  const url = await checkUrl(input.url, billing.webhooks);
  const secret = newEndpointSecret();

  return inTransaction(billing, actor, async ({ database, record }) => {
    // Of those made at the same moment, each counts the others.
    await database.$queryRaw`
      SELECT id FROM "Merchant" WHERE id = ${merchantId}::uuid FOR NO KEY UPDATE`;
    const count = await database.webhookEndpoint.count({ where: { merchantId, deletedAt: null } });
    if (count >= mostEndpoints) {
      throw new ConflictError(
        'TOO_MANY_WEBHOOK_ENDPOINTS',
        `A merchant has up to ${mostEndpoints} webhook endpoints.`,
        { mostEndpoints },
      );
    }
    const id = randomUUIDv7();
    const endpoint = await database.webhookEndpoint.create({
      data: {
        id,
        merchantId,
        url,
        description,
        eventTypes,
        payloadVersion,
        secret: billing.secrets.seal(secret, ownerOfSecret(id)),
        afterSequence: await newestSequence(database),
        createdAt: billing.clock.now(),
      },
    });
    await record({
      merchantId,
      type: 'webhook_endpoint.created',
      objectType: 'webhook_endpoint',
      objectId: id,
      // The host alone: an address may hold a secret of its own.
      data: { host: new URL(url).host, eventTypes },
    });
    return { endpoint, secret };
  });
}

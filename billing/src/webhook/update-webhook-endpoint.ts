import type { Prisma, WebhookEndpoint } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { checkDescription, checkEventTypes, checkUrl } from './check-endpoint.ts';
import { giveUpPending, lockEndpoint, newestSequence } from './lock-endpoint.ts';

/** What is absent stays as it is. */
export interface UpdateWebhookEndpointInput {
  webhookEndpointId: string;
  url?: string | null | undefined;
  /** Empty: every public type. */
  eventTypes?: readonly string[] | null | undefined;
  description?: string | null | undefined;
  enabled?: boolean | null | undefined;
}

/**
 * Changes an endpoint. What waits to be sent goes to the new address. Disabled, it is told nothing,
 * and what waits is given up; enabled again, it is told of what happens from then on.
 *
 * @throws NotFoundError webhook endpoint
 * @throws InvalidInputError URL_INVALID, URL_NOT_HTTPS, URL_NOT_PUBLIC, EVENT_TYPE_UNKNOWN,
 *   DESCRIPTION_TOO_LONG
 */
export async function updateWebhookEndpoint(
  billing: Billing,
  actor: Actor,
  { webhookEndpointId: id, ...input }: UpdateWebhookEndpointInput,
): Promise<WebhookEndpoint> {
  authorize(actor, { staff: 'webhooks:write', apiKey: 'webhooks:write' });
  const { merchantId } = actor;
  const changes = {
    ...(input.eventTypes != null && { eventTypes: checkEventTypes(input.eventTypes) }),
    ...(input.description != null && { description: checkDescription(input.description) }),
    ...(input.url != null && { url: await checkUrl(input.url, billing.webhooks) }),
  };

  return inTransaction(billing, actor, async ({ database, record }) => {
    const before = await lockEndpoint(database, { merchantId, id });
    const isEnabled = before.disabledAt === null;
    const isToBeEnabled = input.enabled ?? isEnabled;
    const switched: Prisma.WebhookEndpointUpdateInput =
      isToBeEnabled === isEnabled
        ? {}
        : isToBeEnabled
          ? {
              disabledAt: null,
              disabledReason: null,
              failingSince: null,
              afterSequence: await newestSequence(database),
            }
          : { disabledAt: billing.clock.now(), disabledReason: 'BY_HAND' };
    const endpoint = await database.webhookEndpoint.update({
      where: { id },
      data: { ...changes, ...switched },
    });
    if (endpoint.disabledAt) await giveUpPending(database, id);
    await record({
      merchantId,
      type: 'webhook_endpoint.updated',
      objectType: 'webhook_endpoint',
      objectId: id,
      data: {
        host: new URL(endpoint.url).host,
        eventTypes: endpoint.eventTypes,
        enabled: endpoint.disabledAt === null,
      },
    });
    return endpoint;
  });
}

import type { WebhookDelivery } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { ConflictError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { dispatchEvents } from './dispatch-events.ts';
import { lockEndpoint } from './lock-endpoint.ts';
import { testEventType } from './public-events.ts';

/**
 * Sends an endpoint an event made for trying it out, whatever it listens to.
 *
 * @returns its delivery, which is made in the background.
 * @throws NotFoundError webhook endpoint
 * @throws ConflictError WEBHOOK_ENDPOINT_DISABLED
 */
export async function sendTestWebhook(
  billing: Billing,
  actor: Actor,
  { webhookEndpointId: id }: { webhookEndpointId: string },
): Promise<WebhookDelivery> {
  authorize(actor, { staff: 'webhooks:write', apiKey: 'webhooks:write' });
  const { merchantId } = actor;

  await inTransaction(billing, actor, async ({ database, record, enqueue }) => {
    const { url, disabledAt } = await lockEndpoint(database, { merchantId, id });
    if (disabledAt) {
      throw new ConflictError('WEBHOOK_ENDPOINT_DISABLED', 'Enable the endpoint first.');
    }
    await record({
      merchantId,
      type: testEventType,
      objectType: 'webhook_endpoint',
      objectId: id,
      data: { host: new URL(url).host },
    });
    await enqueue({ name: 'deliver-webhooks', payload: {}, key: 'deliver-webhooks' });
  });
  // Events become deliveries after their commit, by whoever comes first.
  await dispatchEvents(billing);
  return billing.database.webhookDelivery.findFirstOrThrow({
    where: { merchantId, endpointId: id, event: { type: testEventType } },
    orderBy: { sequence: 'desc' },
  });
}

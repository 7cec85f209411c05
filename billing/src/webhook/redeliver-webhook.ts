import type { WebhookDelivery } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { lockEndpoint } from './lock-endpoint.ts';

/**
 * Sends a delivery again at once, whatever became of it, under the same id; should that fail, it is
 * retried from the beginning of the schedule.
 *
 * @throws NotFoundError webhook delivery
 * @throws ConflictError WEBHOOK_ENDPOINT_DISABLED
 */
export async function redeliverWebhook(
  billing: Billing,
  actor: Actor,
  { webhookDeliveryId: id }: { webhookDeliveryId: string },
): Promise<WebhookDelivery> {
  authorize(actor, { staff: 'webhooks:write', apiKey: 'webhooks:write' });
  const { merchantId } = actor;

  return inTransaction(billing, actor, async ({ database, record, enqueue }) => {
    const found = await database.webhookDelivery.findUnique({
      where: { merchantId_id: { merchantId, id }, endpoint: { deletedAt: null } },
      include: { event: { select: { type: true } } },
    });
    if (!found) throw new NotFoundError('webhook delivery');
    const endpoint = await lockEndpoint(database, { merchantId, id: found.endpointId });
    if (endpoint.disabledAt) {
      throw new ConflictError('WEBHOOK_ENDPOINT_DISABLED', 'Enable the endpoint first.');
    }
    const delivery = await database.webhookDelivery.update({
      where: { id },
      data: {
        status: 'PENDING',
        scheduleStep: 0,
        failure: null,
        deliveredAt: null,
        nextAttemptAt: billing.clock.now(),
      },
    });
    await record({
      merchantId,
      type: 'webhook_endpoint.redelivery_requested',
      objectType: 'webhook_endpoint',
      objectId: endpoint.id,
      data: { host: new URL(endpoint.url).host, eventType: found.event.type },
    });
    await enqueue({ name: 'deliver-webhooks', payload: {}, key: 'deliver-webhooks' });
    return delivery;
  });
}

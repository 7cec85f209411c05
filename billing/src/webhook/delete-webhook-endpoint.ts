import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { giveUpPending, lockEndpoint } from './lock-endpoint.ts';

/**
 * Tells an endpoint nothing any more, and forgets its secrets. What it was sent is kept, out of sight.
 *
 * @throws NotFoundError webhook endpoint
 */
export async function deleteWebhookEndpoint(
  billing: Billing,
  actor: Actor,
  { webhookEndpointId: id }: { webhookEndpointId: string },
): Promise<void> {
  authorize(actor, { staff: 'webhooks:write', apiKey: 'webhooks:write' });
  const { merchantId } = actor;

  await inTransaction(billing, actor, async ({ database, record }) => {
    const { url, disabledAt, disabledReason } = await lockEndpoint(database, { merchantId, id });
    const deletedAt = billing.clock.now();
    await database.webhookEndpoint.update({
      where: { id },
      data: {
        deletedAt,
        disabledAt: disabledAt ?? deletedAt,
        disabledReason: disabledReason ?? 'BY_HAND',
        secret: '',
        previousSecret: null,
        previousSecretUntil: null,
      },
    });
    await giveUpPending(database, id);
    await record({
      merchantId,
      type: 'webhook_endpoint.deleted',
      objectType: 'webhook_endpoint',
      objectId: id,
      data: { host: new URL(url).host },
    });
  });
}

import type { WebhookEndpoint } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { newEndpointSecret, ownerOfSecret, secretOverlapHours } from './endpoint-secret.ts';
import { lockEndpoint } from './lock-endpoint.ts';

/**
 * Gives an endpoint a new signing secret. For 24 hours the old one signs too, so that the receiver
 * may change over at any moment of them. Rotated again within them, the oldest ends at once.
 *
 * @param input.revokeOld the old one ends at once: it got into the wrong hands.
 * @returns the new secret, once.
 * @throws NotFoundError webhook endpoint
 */
export async function rotateWebhookSecret(
  billing: Billing,
  actor: Actor,
  { webhookEndpointId: id, revokeOld = false }: { webhookEndpointId: string; revokeOld?: boolean },
): Promise<{ endpoint: WebhookEndpoint; secret: string }> {
  authorize(actor, { staff: 'webhooks:write', apiKey: 'webhooks:write' });
  const { merchantId } = actor;
  const secret = newEndpointSecret();

  return inTransaction(billing, actor, async ({ database, record }) => {
    const before = await lockEndpoint(database, { merchantId, id });
    const until = new Date(billing.clock.now().getTime() + secretOverlapHours * 3_600_000);
    const endpoint = await database.webhookEndpoint.update({
      where: { id },
      data: {
        secret: billing.secrets.seal(secret, ownerOfSecret(id)),
        previousSecret: revokeOld ? null : before.secret,
        previousSecretUntil: revokeOld ? null : until,
      },
    });
    await record({
      merchantId,
      type: 'webhook_endpoint.secret_rotated',
      objectType: 'webhook_endpoint',
      objectId: id,
      data: { host: new URL(before.url).host, revokeOld },
    });
    return { endpoint, secret };
  });
}

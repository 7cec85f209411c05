import type { ApiKey } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { lockApiKey } from './lock-api-key.ts';

/**
 * Ends a key for good, both of its secrets at once. Its live subscriptions end as they hear of it.
 * One that is revoked already stays as it is.
 *
 * @throws NotFoundError apiKey
 */
export async function revokeApiKey(
  billing: Billing,
  actor: Actor,
  { apiKeyId }: { apiKeyId: string },
): Promise<ApiKey> {
  authorize(actor, { staff: 'api-keys:write' });
  const { merchantId } = actor;

  return inTransaction(billing, actor, async (transaction) => {
    const before = await lockApiKey(transaction, actor, apiKeyId);
    if (before.revokedAt) return before;
    const apiKey = await transaction.database.apiKey.update({
      where: { id: apiKeyId },
      data: { revokedAt: billing.clock.now() },
    });
    await transaction.record({
      merchantId,
      type: 'api_key.revoked',
      objectType: 'api_key',
      objectId: apiKeyId,
      data: { name: apiKey.name, last4: apiKey.last4 },
    });
    return apiKey;
  });
}

import type { ApiKey } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { apiKeyName } from './key-name.ts';
import { lockApiKey } from './lock-api-key.ts';

/**
 * Gives a key another name. What it may do never changes: make another and revoke this one.
 *
 * @throws InvalidInputError NAME_REQUIRED, NAME_TOO_LONG
 * @throws NotFoundError apiKey
 */
export async function updateApiKey(
  billing: Billing,
  actor: Actor,
  input: { apiKeyId: string; name: string },
): Promise<ApiKey> {
  authorize(actor, { staff: 'api-keys:write' });
  const { merchantId } = actor;
  const name = apiKeyName(input.name);

  return inTransaction(billing, actor, async (transaction) => {
    const before = await lockApiKey(transaction, actor, input.apiKeyId);
    if (before.name === name) return before;
    const apiKey = await transaction.database.apiKey.update({
      where: { id: before.id },
      data: { name },
    });
    await transaction.record({
      merchantId,
      type: 'api_key.updated',
      objectType: 'api_key',
      objectId: apiKey.id,
      data: { name, previousName: before.name },
    });
    return apiKey;
  });
}

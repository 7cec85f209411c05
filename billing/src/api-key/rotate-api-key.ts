import type { ApiKey } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import { hashSecret } from '../access/secret.ts';
import type { Actor } from '../access/viewer.ts';
import { ConflictError, InvalidInputError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { newApiKeyText, shownOf } from './key-text.ts';
import { lockApiKey } from './lock-api-key.ts';

const defaultOverlapHours = 24;
const longestOverlapHours = 7 * 24;

/**
 * Gives a key a new secret. The old one goes on working for the overlap, so that programs can change
 * over one by one; a second rotation within it ends the oldest at once. Scopes, expiry and the key's
 * id stay.
 *
 * @param overlapHours 0 to 168; 0: the old secret ends now. Default 24.
 * @returns the new secret too, once.
 * @throws InvalidInputError OVERLAP_INVALID
 * @throws NotFoundError apiKey
 * @throws ConflictError API_KEY_REVOKED, API_KEY_EXPIRED
 */
export async function rotateApiKey(
  billing: Billing,
  actor: Actor,
  input: { apiKeyId: string; overlapHours?: number | null },
): Promise<{ apiKey: ApiKey; key: string }> {
  authorize(actor, { staff: 'api-keys:write' });
  const { merchantId } = actor;
  const overlapHours = input.overlapHours ?? defaultOverlapHours;
  if (!Number.isInteger(overlapHours) || overlapHours < 0 || overlapHours > longestOverlapHours) {
    throw new InvalidInputError(
      'overlapHours',
      'OVERLAP_INVALID',
      `Use 0 to ${longestOverlapHours} hours.`,
      { max: longestOverlapHours },
    );
  }

  return inTransaction(billing, actor, async (transaction) => {
    const { database, record } = transaction;
    const before = await lockApiKey(transaction, actor, input.apiKeyId);
    const now = billing.clock.now();
    if (before.revokedAt) throw new ConflictError('API_KEY_REVOKED', 'The key was revoked.');
    if (before.expiresAt && before.expiresAt <= now) {
      throw new ConflictError('API_KEY_EXPIRED', 'The key has expired: create another.');
    }
    const key = newApiKeyText(before.mode);
    const overlaps = overlapHours > 0;
    const previousExpiresAt = overlaps ? new Date(now.getTime() + overlapHours * 3_600_000) : null;
    const apiKey = await database.apiKey.update({
      where: { id: before.id },
      data: {
        ...shownOf(key),
        keyHash: hashSecret(billing.hashKey, 'api-key', key),
        previousKeyHash: overlaps ? before.keyHash : null,
        previousExpiresAt,
        rotatedAt: now,
      },
    });
    await record({
      merchantId,
      type: 'api_key.rotated',
      objectType: 'api_key',
      objectId: apiKey.id,
      data: {
        name: apiKey.name,
        last4: apiKey.last4,
        previousExpiresAt: (previousExpiresAt ?? now).toISOString(),
      },
    });
    return { apiKey, key };
  });
}

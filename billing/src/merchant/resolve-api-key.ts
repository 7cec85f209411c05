import { hashSecret } from '../access/secret.ts';
import type { ApiKeyViewer, Scope } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';

/** How stale lastUsedAt may be: saves a write on most requests. */
const lastUsedPrecisionMs = 60_000;

/** @returns null for an unknown, expired or revoked key. */
export async function resolveApiKey(
  { database, clock, hashKey }: Pick<Billing, 'database' | 'clock' | 'hashKey'>,
  { key }: { key: string },
): Promise<ApiKeyViewer | null> {
  const apiKey = await database.apiKey.findUnique({
    where: { keyHash: hashSecret(hashKey, 'api-key', key) },
  });
  const now = clock.now();
  if (!apiKey || apiKey.revokedAt || (apiKey.expiresAt && apiKey.expiresAt <= now)) return null;
  if (!apiKey.lastUsedAt || now.getTime() - apiKey.lastUsedAt.getTime() > lastUsedPrecisionMs) {
    await database.apiKey.update({ where: { id: apiKey.id }, data: { lastUsedAt: now } });
  }
  return {
    kind: 'apiKey',
    merchantId: apiKey.merchantId,
    apiKeyId: apiKey.id,
    mode: apiKey.mode,
    scopes: new Set(apiKey.scopes as Scope[]),
    ...(apiKey.expiresAt && { endsAt: apiKey.expiresAt }),
  };
}

import { Prisma, type ApiKey } from '@4geeks/prisma';
import { hashSecret } from '../access/secret.ts';
import type { ApiKeyViewer, Scope } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';

/** How stale lastUsedAt may be: saves a write on most requests. */
const lastUsedPrecisionMs = 60_000;

type Key = Pick<
  ApiKey,
  'id' | 'merchantId' | 'mode' | 'scopes' | 'expiresAt' | 'lastUsedAt' | 'revokedAt'
>;

/**
 * Asks the database every time: a key that is revoked is worth nothing from the next request on.
 *
 * @returns null for an unknown, expired or revoked key.
 */
export async function resolveApiKey(
  { database, clock, hashKey }: Pick<Billing, 'database' | 'clock' | 'hashKey'>,
  { key }: { key: string },
): Promise<ApiKeyViewer | null> {
  // Plain SQL: every request of an integration waits for it.
  const [apiKey] = await database.sql.query<Key>(Prisma.sql`
    SELECT id, "merchantId", mode, scopes, "expiresAt", "lastUsedAt", "revokedAt" FROM "ApiKey"
    WHERE "keyHash" = ${hashSecret(hashKey, 'api-key', key)}`);
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
  };
}

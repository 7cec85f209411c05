import { Prisma, type ApiKey } from '@4geeks/prisma';
import { hashSecret } from '../access/secret.ts';
import { scopes as knownScopes, type ApiKeyViewer } from '../access/viewer.ts';
import { inGroups } from '../in-groups.ts';
import type { Billing } from '../ports.ts';
import { isApiKeyText } from './key-text.ts';

/** How stale lastUsedAt may be: saves a write on most requests. */
const lastUsedPrecisionMs = 60_000;

type KeyPort = Pick<Billing, 'database' | 'clock' | 'hashKey'>;

/** The same for all three: nobody learns whether a key exists, or whose it was. */
export type ApiKeyRefusal = 'API_KEY_MISTYPED' | 'API_KEY_INVALID';

/** Why a key that opened nothing did not; asks nobody. */
export function apiKeyRefusal(key: string): ApiKeyRefusal {
  return isApiKeyText(key) ? 'API_KEY_INVALID' : 'API_KEY_MISTYPED';
}

type Found = Pick<
  ApiKey,
  'id' | 'merchantId' | 'mode' | 'scopes' | 'expiresAt' | 'lastUsedAt' | 'revokedAt'
> & { secretExpiresAt: Date | null };

/** @returns null for a mistyped, unknown, expired or revoked key. */
export async function resolveApiKey(
  port: KeyPort,
  { key }: { key: string },
): Promise<ApiKeyViewer | null> {
  if (!isApiKeyText(key)) return null;
  const [apiKey] = await findKeys(port, 'keys', [hashSecret(port.hashKey, 'api-key', key)]);
  const now = port.clock.now();
  const hasPassed = (at: Date | null) => at !== null && at <= now;
  if (!apiKey || apiKey.revokedAt) return null;
  if (hasPassed(apiKey.expiresAt) || hasPassed(apiKey.secretExpiresAt)) return null;
  await noteUse(port, apiKey, now);
  const ends = [apiKey.expiresAt, apiKey.secretExpiresAt]
    .filter((at) => at !== null)
    .sort((left, right) => left.getTime() - right.getTime());
  return {
    kind: 'apiKey',
    merchantId: apiKey.merchantId,
    apiKeyId: apiKey.id,
    mode: apiKey.mode,
    scopes: new Set(knownScopes.filter((scope) => apiKey.scopes.includes(scope))),
    ...(ends.length > 0 && { endsAt: ends[0] }),
  };
}

/**
 * In plain SQL, because every request of an integrator begins with it; and with those of whoever asks
 * at the same moment.
 */
const findKeys = inGroups(async ({ database }: KeyPort, hashes: readonly string[]) => {
  const columns = Prisma.sql`
    id, "merchantId", mode, scopes, "expiresAt", "lastUsedAt", "revokedAt"`;
  const several = [...new Set(hashes)];
  const keys = await database.sql.query<Found & { hash: string }>(Prisma.sql`
    SELECT "keyHash" AS hash, ${columns}, NULL::timestamptz AS "secretExpiresAt"
    FROM "ApiKey" WHERE "keyHash" = ANY(${several}::text[])
    UNION ALL
    SELECT "previousKeyHash", ${columns}, "previousExpiresAt"
    FROM "ApiKey" WHERE "previousKeyHash" = ANY(${several}::text[])`);
  const found = new Map(keys.map((key) => [key.hash, key]));
  return hashes.map((hash) => found.get(hash) ?? null);
});

/** At most one write a minute, whatever the number of processes. */
async function noteUse({ database }: KeyPort, { id, lastUsedAt }: Found, now: Date): Promise<void> {
  const stale = new Date(now.getTime() - lastUsedPrecisionMs);
  if (lastUsedAt && lastUsedAt > stale) return;
  await database.sql.query(Prisma.sql`
    UPDATE "ApiKey" SET "lastUsedAt" = ${now}
    WHERE id = ${id}::uuid AND ("lastUsedAt" IS NULL OR "lastUsedAt" <= ${stale})`);
}

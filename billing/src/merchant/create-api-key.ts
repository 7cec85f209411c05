import type { ApiKey } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import { newSecret, hashSecret } from '../access/secret.ts';
import { scopes as knownScopes, type Actor, type Scope } from '../access/viewer.ts';
import { InvalidInputError } from '../errors.ts';
import type { Billing } from '../ports.ts';

/**
 * @returns the key itself too, once: only its keyed hash is kept.
 * @throws InvalidInputError NAME_REQUIRED, SCOPES_REQUIRED
 */
export async function createApiKey(
  billing: Billing,
  actor: Actor,
  { name, scopes }: { name: string; scopes: readonly Scope[] },
): Promise<{ apiKey: ApiKey; key: string }> {
  authorize(actor, { staff: 'merchant:write' });
  const { merchantId } = actor;
  if (name.trim() === '') throw new InvalidInputError('name', 'NAME_REQUIRED', 'Name the key.');
  if (scopes.length === 0 || scopes.some((scope) => !knownScopes.includes(scope))) {
    throw new InvalidInputError('scopes', 'SCOPES_REQUIRED', 'Grant at least one known scope.');
  }
  const merchant = await billing.database.merchant.findUniqueOrThrow({ where: { id: merchantId } });
  const key = `${merchant.mode === 'LIVE' ? 'live' : 'test'}_${newSecret()}`;
  const apiKey = await billing.database.apiKey.create({
    data: {
      merchantId,
      name: name.trim(),
      mode: merchant.mode,
      prefix: key.slice(0, 12),
      keyHash: hashSecret(billing.hashKey, 'api-key', key),
      scopes: [...scopes],
      createdAt: billing.clock.now(),
    },
  });
  return { apiKey, key };
}

import type { ApiKey } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import { hashSecret } from '../access/secret.ts';
import { apiKeyScopes, type Actor, type Scope } from '../access/viewer.ts';
import { ForbiddenError, InvalidInputError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { apiKeyName } from './key-name.ts';
import { newApiKeyText, shownOf } from './key-text.ts';

export interface CreateApiKeyInput {
  name: string;
  scopes: readonly string[];
  /** In the future, by the wall clock. Absent: it works until it is revoked. */
  expiresAt?: Date | null;
}

/**
 * Only people make keys: a key that could make keys would outlive being revoked. Nobody grants what
 * they do not have.
 *
 * @returns the key itself too, once: only its keyed hash is kept.
 * @throws InvalidInputError NAME_REQUIRED, NAME_TOO_LONG, SCOPES_REQUIRED, SCOPE_UNKNOWN,
 *   EXPIRES_AT_PAST
 * @throws ForbiddenError naming a scope that the actor does not have
 */
export async function createApiKey(
  billing: Billing,
  actor: Actor,
  input: CreateApiKeyInput,
): Promise<{ apiKey: ApiKey; key: string }> {
  authorize(actor, { staff: 'api-keys:write' });
  const { merchantId } = actor;
  const name = apiKeyName(input.name);
  const scopes = grantedScopes(actor, input.scopes);
  const now = billing.clock.now();
  const expiresAt = input.expiresAt ?? null;
  if (expiresAt && expiresAt <= now) {
    throw new InvalidInputError('expiresAt', 'EXPIRES_AT_PAST', 'That time has passed.');
  }

  return inTransaction(billing, actor, async ({ database, record }) => {
    const { mode } = await database.merchant.findUniqueOrThrow({
      where: { id: merchantId },
      select: { mode: true },
    });
    const key = newApiKeyText(mode);
    const apiKey = await database.apiKey.create({
      data: {
        merchantId,
        name,
        mode,
        ...shownOf(key),
        keyHash: hashSecret(billing.hashKey, 'api-key', key),
        scopes,
        expiresAt,
        createdAt: now,
      },
    });
    await record({
      merchantId,
      type: 'api_key.created',
      objectType: 'api_key',
      objectId: apiKey.id,
      data: { name, scopes, last4: apiKey.last4, expiresAt: expiresAt?.toISOString() ?? null },
    });
    return { apiKey, key };
  });
}

/** @returns them without doubles, in the order of the list of all. */
function grantedScopes(actor: Actor, asked: readonly string[]): Scope[] {
  if (asked.length === 0) {
    throw new InvalidInputError('scopes', 'SCOPES_REQUIRED', 'Grant at least one scope.');
  }
  const known: readonly string[] = apiKeyScopes;
  const unknown = asked.find((scope) => !known.includes(scope));
  if (unknown !== undefined) {
    throw new InvalidInputError('scopes', 'SCOPE_UNKNOWN', `A key can have: ${known.join(', ')}.`);
  }
  const granted = apiKeyScopes.filter((scope) => asked.includes(scope));
  const lacking = 'scopes' in actor && granted.find((scope) => !actor.scopes.has(scope));
  if (lacking) throw new ForbiddenError(lacking);
  return granted;
}

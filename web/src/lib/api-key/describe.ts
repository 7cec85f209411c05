import type { ApiKeyRowFragment, ApiKeyStatus } from '#lib/gql/graphql.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Tone } from '#lib/ui/tones.ts';

const statuses: Record<ApiKeyStatus, { tone: Tone; label: () => string }> = {
  ACTIVE: { tone: 'success', label: m.console_api_key_active },
  EXPIRED: { tone: 'neutral', label: m.console_api_key_expired },
  REVOKED: { tone: 'neutral', label: m.console_api_key_revoked },
};

/** Tone and words of a key's status badge. */
export function apiKeyBadge(status: ApiKeyStatus): { tone: Tone; label: string } {
  const { tone, label } = statuses[status];
  return { tone, label: label() };
}

/** As much of a key as is kept: sk_test_Ab12…wxyz */
export function keyHint({ prefix, last4 }: Pick<ApiKeyRowFragment, 'prefix' | 'last4'>): string {
  return `${prefix}…${last4}`;
}

/** A key with its secret, the one time that it is known. */
export type IssuedKey = { name: string; secret: string };

/** Scopes that only people have; the API grants them to no key. */
export function grantable(scopes: readonly string[]): string[] {
  return scopes.filter((scope) => !/^(api-keys|staff):/.test(scope));
}

/** The secrets that sign what an endpoint is sent. */
import { randomBytes } from 'node:crypto';
import type { WebhookEndpoint } from '@4geeks/prisma';
import type { SecretBox } from '../ports.ts';

/** How long an old secret signs beside the new one. */
export const secretOverlapHours = 24;

/** @returns 256 random bits as Standard Webhooks writes them: `whsec_` and base64. */
export function newEndpointSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

/** Whose secret it is, for the box. */
export const ownerOfSecret = (endpointId: string): string => `webhook endpoint ${endpointId}`;

/** @returns every secret that signs at `now`, the newest first. */
export function signingSecrets(
  { id, secret, previousSecret, previousSecretUntil }: WebhookEndpoint,
  box: SecretBox,
  now: Date,
): string[] {
  const isOldValid = previousSecret !== null && previousSecretUntil !== null;
  const sealed = isOldValid && now < previousSecretUntil ? [secret, previousSecret] : [secret];
  return sealed.map((each) => box.open(each, ownerOfSecret(id)));
}

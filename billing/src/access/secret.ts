/** Secrets handed out to people and programs: made at random, kept only as keyed hashes. */
import { createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

/** @returns 256 random bits as base64url (43 characters). */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** @returns six decimal digits, leading zeros included. */
export function newCode(): string {
  return randomInt(0, 1_000_000).toString().padStart(6, '0');
}

/**
 * HMAC-SHA-256 of `secret` under the installation's key, in hex.
 *
 * @param purpose keeps a hash made for one use from passing for another.
 */
export function hashSecret(hashKey: string, purpose: string, secret: string): string {
  return createHmac('sha256', hashKey).update(`${purpose}:${secret}`).digest('hex');
}

/** Compares two hex hashes in constant time. */
export function sameHash(left: string, right: string): boolean {
  return (
    left.length === right.length &&
    timingSafeEqual(Buffer.from(left, 'hex'), Buffer.from(right, 'hex'))
  );
}

/** What the sandbox hands out and what it keeps of it. */
import { createHmac, randomBytes } from 'node:crypto';

/** 192 random bits; nobody guesses one. */
export function newSecret(prefix: string): string {
  return `${prefix}_${randomBytes(24).toString('base64url')}`;
}

/**
 * Keyed hash, hex. `purpose` keeps hashes of different things apart, so that none can stand in for
 * another.
 */
export function keyedHash(key: string, purpose: string, value: string): string {
  return createHmac('sha256', key).update(`${purpose}\n${value}`).digest('hex');
}

/** What a mandate is called on bank statements: capital letters and digits, 64 random bits. */
export function newMandateReference(): string {
  return `MND${randomBytes(8).readBigUInt64BE().toString(36).toUpperCase().padStart(13, '0')}`;
}

/** Same card or account at the same merchant, same fingerprint; across merchants unrelated. */
export function methodFingerprint(key: string, merchantId: string, number: string): string {
  return keyedHash(key, `fingerprint\n${merchantId}`, number).slice(0, 32);
}

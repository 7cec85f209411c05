/** The one secret of an installation, and the keys made from it. */
import { hkdfSync, randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The secret kept in `<dataDir>/secret`; made on first use, readable by its owner only. Two processes
 * that start at once get the same.
 */
export function loadSecret(dataDir: string): string {
  const file = join(dataDir, 'secret');
  const read = () => readFileSync(file, 'utf8').trim();
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  mkdirSync(dataDir, { recursive: true });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 });
  try {
    // Unlike a rename, a link never replaces what another process put there in the meantime.
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return read();
}

/** What the secret is used for; each gets a key of its own, so that one leaked key opens one door. */
export type KeyPurpose =
  | 'billing hashes'
  | 'gateway webhooks'
  | 'idempotent answers'
  | 'sandbox gateway'
  | 'sealed secrets'
  | 'staff sessions';

/** @returns 64 hex digits; always the same for one secret and purpose. */
export function deriveKey(secret: string, purpose: KeyPurpose): string {
  return Buffer.from(hkdfSync('sha256', secret, '', purpose, 32)).toString('hex');
}

/** The key that the sandbox signs its webhooks with and we verify them by, as Standard Webhooks has it. */
export function gatewayWebhookSecret(secret: string): string {
  return `whsec_${Buffer.from(deriveKey(secret, 'gateway webhooks'), 'hex').toString('base64')}`;
}

/** AES-256-GCM under a key of the installation's. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { SecretBox } from '@4geeks/billing/ports';

const algorithm = 'aes-256-gcm';
/** Says how it was sealed, should that ever change. */
const version = 'v1';

/** @param key 64 hex digits */
export function createSecretBox(key: string): SecretBox {
  const bytes = Buffer.from(key, 'hex');
  return {
    seal(secret, owner) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv(algorithm, bytes, nonce).setAAD(Buffer.from(owner));
      const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return [version, ...[nonce, cipher.getAuthTag(), sealed].map(toText)].join('.');
    },
    open(text, owner) {
      const [by, ...parts] = text.split('.');
      const [nonce, tag, sealed] = parts.map((part) => Buffer.from(part, 'base64url'));
      if (by !== version || !nonce || !tag || !sealed) throw new Error('Not a sealed secret');
      const decipher = createDecipheriv(algorithm, bytes, nonce, { authTagLength: 16 })
        .setAAD(Buffer.from(owner))
        .setAuthTag(tag);
      return decipher.update(sealed, undefined, 'utf8') + decipher.final('utf8');
    },
  };
}

const toText = (bytes: Buffer) => bytes.toString('base64url');

/** Encryption of what is kept in the database for a while and may hold secrets: AES-256-GCM. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;

export interface Sealing {
  /** @param context names what is sealed: nothing opens it in another's place. */
  seal(text: string, context: string): Uint8Array;
  /** @returns null for what another key, or another context, has sealed, and for what was changed. */
  open(sealed: Uint8Array, context: string): string | null;
}

/** @param key 64 hex digits; see deriveKey. */
export function createSealing(key: string): Sealing {
  const secret = Buffer.from(key, 'hex');
  return {
    seal(text, context) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv(algorithm, secret, iv).setAAD(Buffer.from(context));
      const sealed = [cipher.update(text, 'utf8'), cipher.final()];
      return Buffer.concat([iv, cipher.getAuthTag(), ...sealed]);
    },
    open(sealed, context) {
      const bytes = Buffer.from(sealed);
      const iv = bytes.subarray(0, ivBytes);
      const tag = bytes.subarray(ivBytes, ivBytes + tagBytes);
      try {
        const decipher = createDecipheriv(algorithm, secret, iv, { authTagLength: tagBytes })
          .setAAD(Buffer.from(context))
          .setAuthTag(tag);
        const text = decipher.update(bytes.subarray(ivBytes + tagBytes));
        return Buffer.concat([text, decipher.final()]).toString('utf8');
      } catch {
        return null;
      }
    },
  };
}

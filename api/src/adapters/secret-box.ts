/** Seals what is kept as text and has to be read again. */
import type { SecretBox } from '@4geeks/billing/ports';
import { createSealing } from '../sealing.ts';

/** Says how it was sealed, should that ever change. */
const version = 'v1';

/** @param key 64 hex digits */
export function createSecretBox(key: string): SecretBox {
  const sealing = createSealing(key);
  return {
    seal: (secret, owner) =>
      `${version}.${Buffer.from(sealing.seal(secret, owner)).toString('base64url')}`,
    open(text, owner) {
      const [by, sealed] = text.split('.');
      const secret =
        by === version && sealed ? sealing.open(Buffer.from(sealed, 'base64url'), owner) : null;
      if (secret === null) throw new Error('Not a sealed secret');
      return secret;
    },
  };
}

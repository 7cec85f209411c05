/** Text handed out for keeping, to be given back: nobody else can read, alter or make it. */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;

/**
 * @param hashKey the installation's key
 * @param purpose what it is for and whose it is: opened for anything else it is nothing
 * @returns base64url
 */
export function sealText(hashKey: string, purpose: string, text: string): string {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv(algorithm, keyFor(hashKey, purpose), iv);
  const sealed = [iv, cipher.update(text, 'utf8'), cipher.final()];
  return Buffer.concat([...sealed, cipher.getAuthTag()]).toString('base64url');
}

/** @returns null for what was not sealed here for this purpose. */
export function openSealedText(hashKey: string, purpose: string, sealed: string): string | null {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length < ivBytes + tagBytes) return null;
  const decipher = createDecipheriv(
    algorithm,
    keyFor(hashKey, purpose),
    bytes.subarray(0, ivBytes),
    { authTagLength: tagBytes },
  );
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  try {
    const text = decipher.update(bytes.subarray(ivBytes, -tagBytes), undefined, 'utf8');
    return text + decipher.final('utf8');
  } catch {
    return null;
  }
}

function keyFor(hashKey: string, purpose: string): Buffer {
  return createHmac('sha256', hashKey).update(`seal:${purpose}`).digest();
}

import { describe, expect, it } from 'vitest';
import { deriveKey } from './secret.ts';
import { createSealing } from './sealing.ts';

const key = (secret: string) => deriveKey(secret, 'idempotent answers');
const sealing = createSealing(key('a secret of tests that is long enough to be one'));

describe('what is sealed', () => {
  it.each(['', '{"data":{"secret":"sk_test_1"}}', 'Ärger für 5 € 🎉'])(
    '%s opens as it was',
    (text) => {
      const sealed = sealing.seal(text, 'one');
      expect(sealing.open(sealed, 'one')).toBe(text);
      if (text !== '') expect(Buffer.from(sealed).includes(text)).toBe(false);
    },
  );

  it('is never the same twice', () => {
    expect(sealing.seal('text', 'one')).not.toEqual(sealing.seal('text', 'one'));
  });

  it('opens in no other place, with no other key, and not once it was changed', () => {
    const sealed = sealing.seal('text', 'one');
    expect(sealing.open(sealed, 'two')).toBeNull();
    expect(createSealing(key('another secret')).open(sealed, 'one')).toBeNull();
    for (let at = 0; at < sealed.length; at++) {
      const changed = Uint8Array.from(sealed);
      changed[at] = changed[at]! ^ 1;
      expect(sealing.open(changed, 'one')).toBeNull();
    }
    expect(sealing.open(sealed.subarray(0, 5), 'one')).toBeNull();
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isApiKeyText, newApiKeyText, shownOf } from './key-text.ts';

const characters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

describe('the text of an API key', () => {
  it('says the mode, and is recognised', () => {
    expect(newApiKeyText('SANDBOX')).toMatch(/^sk_test_[0-9A-Za-z]{36}$/);
    expect(newApiKeyText('LIVE')).toMatch(/^sk_live_[0-9A-Za-z]{36}$/);
    for (let count = 0; count < 200; count++) {
      expect(isApiKeyText(newApiKeyText('SANDBOX'))).toBe(true);
    }
    expect(isApiKeyText(`test_${'a'.repeat(43)}`)).toBe(true);
  });

  it('with one character wrong is a typo, wherever it is', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 43 }),
        fc.constantFrom(...characters),
        fc.constant(null).map(() => newApiKeyText('LIVE')),
        (at, character, key) => {
          fc.pre(key[at] !== character);
          expect(isApiKeyText(key.slice(0, at) + character + key.slice(at + 1))).toBe(false);
        },
      ),
    );
  });

  it('with two neighbours swapped, or cut off, is a typo', () => {
    const key = newApiKeyText('LIVE');
    for (let at = 8; at < key.length - 1; at++) {
      if (key[at] === key[at + 1]) continue;
      const swapped = key.slice(0, at) + key[at + 1] + key[at] + key.slice(at + 2);
      expect(isApiKeyText(swapped)).toBe(false);
    }
    for (let length = 0; length < key.length; length++) {
      expect(isApiKeyText(key.slice(0, length))).toBe(false);
    }
  });

  it('is shown by what does not let anybody in', () => {
    const key = newApiKeyText('SANDBOX');
    const { prefix, last4 } = shownOf(key);
    expect(key.startsWith(prefix)).toBe(true);
    expect(key.endsWith(last4)).toBe(true);
    expect(prefix.length + last4.length).toBe(16);
  });
});

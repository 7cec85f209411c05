import { expect, it } from 'vitest';

import { createSecretBox } from './secret-box.ts';

const box = createSecretBox('ab'.repeat(32));

it('gives back what it sealed, and shows nothing of it', () => {
  const sealed = box.seal('whsec_dGhlIHNlY3JldA==', 'endpoint 1');
  expect(sealed).not.toContain('whsec');
  expect(sealed).not.toContain('dGhlIHNlY3JldA');
  expect(box.open(sealed, 'endpoint 1')).toBe('whsec_dGhlIHNlY3JldA==');
  expect(box.seal('whsec_dGhlIHNlY3JldA==', 'endpoint 1')).not.toBe(sealed);
});

it('does not open for another owner, by another key, altered, or cut', () => {
  const sealed = box.seal('a secret', 'endpoint 1');
  const altered = sealed.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A'));
  expect(() => box.open(sealed, 'endpoint 2')).toThrow();
  expect(() => createSecretBox('cd'.repeat(32)).open(sealed, 'endpoint 1')).toThrow();
  expect(() => box.open(altered, 'endpoint 1')).toThrow();
  for (let length = 0; length < sealed.length; length += 1) {
    expect(() => box.open(sealed.slice(0, length), 'endpoint 1')).toThrow('Not a sealed secret');
  }
  expect(() => box.open('', 'endpoint 1')).toThrow('Not a sealed secret');
});

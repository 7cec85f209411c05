import { expect, it } from 'vitest';
import { openSealedText, sealText } from './sealed.ts';

it('opens what was sealed, for the same purpose and with the same key', () => {
  const sealed = sealText('key', 'cursor of acme', '1042-3');
  expect(sealed).not.toContain('1042');
  expect(openSealedText('key', 'cursor of acme', sealed)).toBe('1042-3');
  expect(openSealedText('key', 'cursor of another', sealed)).toBeNull();
  expect(openSealedText('another', 'cursor of acme', sealed)).toBeNull();
});

it('opens nothing that was altered or made up', () => {
  const bytes = Buffer.from(sealText('key', 'cursor', '7'), 'base64url');
  for (let index = 0; index < bytes.length; index += 1) {
    const altered = Buffer.from(bytes);
    altered[index]! ^= 1;
    expect(openSealedText('key', 'cursor', altered.toString('base64url'))).toBeNull();
  }
  for (const text of ['', 'x', '7', 'A'.repeat(100), '%']) {
    expect(openSealedText('key', 'cursor', text)).toBeNull();
  }
});

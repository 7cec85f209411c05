import { describe, expect, it } from 'vitest';
import { isReturnUrl } from './return-urls.ts';

describe('a return URL', () => {
  it.each([
    ['https://shop.example', true],
    ['https://shop.example:8443/account', true],
    ['http://shop.example', false],
    ['https://user:secret@shop.example', false],
    ['javascript:alert(1)', false],
    ['shop.example', false],
    ['', false],
    [`https://shop.example/${'a'.repeat(2000)}`, false],
    ['http://localhost:3000', false],
  ])('of a live merchant may be %s: %s', (text, expected) => {
    expect(isReturnUrl(text, false)).toBe(expected);
  });

  it.each([
    ['http://localhost:3000/account', true],
    ['http://shop.localhost', true],
    ['http://127.0.0.1:8080', true],
    ['http://[::1]:8080', true],
    ['http://localhost.evil.example', false],
    ['http://127.0.0.1.evil.example', false],
    ['ftp://localhost', false],
  ])('of a sandbox merchant may be %s: %s', (text, expected) => {
    expect(isReturnUrl(text, true)).toBe(expected);
  });
});

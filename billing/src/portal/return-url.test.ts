import { describe, expect, it } from 'vitest';
import { isAllowedReturnUrl, readReturnUrl } from './return-url.ts';

describe('a return URL', () => {
  it.each([
    ['https://shop.example', true],
    ['https://shop.example:8443/account?tab=billing#top', true],
    ['http://shop.example', false],
    ['https://user:secret@shop.example', false],
    ['https://user@shop.example', false],
    ['javascript:alert(1)', false],
    ['data:text/html,x', false],
    ['//shop.example', false],
    ['/account', false],
    ['shop.example', false],
    ['', false],
    [`https://shop.example/${'a'.repeat(2000)}`, false],
    ['http://localhost:3000', false],
  ])('of a live merchant may be %s: %s', (text, expected) => {
    expect(readReturnUrl(text, 'LIVE') !== null).toBe(expected);
  });

  it.each([
    ['http://localhost:3000/account', true],
    ['http://shop.localhost', true],
    ['http://127.0.0.1:8080', true],
    ['http://[::1]:8080', true],
    ['http://localhost.evil.example', false],
    ['http://127.0.0.1.evil.example', false],
    ['http://192.168.0.1', false],
    ['ftp://localhost', false],
  ])('of a sandbox merchant may be %s: %s', (text, expected) => {
    expect(readReturnUrl(text, 'SANDBOX') !== null).toBe(expected);
  });
});

describe('the list', () => {
  const allowed = ['https://shop.example', 'https://app.example/account/'];
  it.each([
    ['https://shop.example', true],
    ['https://shop.example/', true],
    ['https://SHOP.example:443/any/where?order=1#x', true],
    ['https://app.example/account', true],
    ['https://app.example/account/billing?x=1', true],
    ['https://app.example/accounts', false],
    ['https://app.example/account/../admin', false],
    ['https://app.example', false],
    ['https://shop.example:8443', false],
    ['https://shop.example.evil.example', false],
    ['https://shop.example@evil.example', false],
    ['https://evil.example/https://shop.example', false],
    ['https:\\\\evil.example\\shop.example', false],
    ['http://shop.example', false],
  ])('allows %s: %s', (text, expected) => {
    expect(isAllowedReturnUrl(text, allowed, 'LIVE')).toBe(expected);
  });

  it('of nothing allows nothing', () => {
    expect(isAllowedReturnUrl('https://shop.example', [], 'LIVE')).toBe(false);
  });

  it('does not keep what a merchant may no longer have', () => {
    const local = ['http://localhost:3000'];
    expect(isAllowedReturnUrl('http://localhost:3000/x', local, 'SANDBOX')).toBe(true);
    expect(isAllowedReturnUrl('http://localhost:3000/x', local, 'LIVE')).toBe(false);
  });
});

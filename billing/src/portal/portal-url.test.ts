import { expect, test } from 'vitest';
import { portalUrl, safeReturnPath } from './portal-url.ts';

test('a portal address is made of installation, slug and path', () => {
  expect(portalUrl('https://pay.example', 'acme-1', 'invoices')).toBe(
    'https://pay.example/p/acme-1/invoices',
  );
  expect(portalUrl('https://pay.example', 'acme-1')).toBe('https://pay.example/p/acme-1');
});

test('only paths inside the portal survive as return paths', () => {
  expect(safeReturnPath('payment-methods/new?invoice=SW52b2ljZTox')).toBe(
    'payment-methods/new?invoice=SW52b2ljZTox',
  );
  for (const path of [
    '//evil.example',
    'https://evil.example',
    '../console',
    '/x',
    'a\\b',
    '',
    null,
  ]) {
    expect(safeReturnPath(path)).toBe('');
  }
});

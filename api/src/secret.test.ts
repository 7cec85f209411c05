import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { deriveKey, loadSecret } from './secret.ts';

it('makes a secret once and keeps it to itself', () => {
  const folder = mkdtempSync(join(tmpdir(), 'secret-'));
  try {
    const dataDir = join(folder, 'data');
    const secret = loadSecret(dataDir);
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(loadSecret(dataDir)).toBe(secret);
    expect(statSync(join(dataDir, 'secret')).mode & 0o777).toBe(0o600);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('derives another key for each purpose', () => {
  const key = deriveKey('secret', 'billing hashes');
  expect(key).toMatch(/^[0-9a-f]{64}$/);
  expect(deriveKey('secret', 'billing hashes')).toBe(key);
  expect(deriveKey('secret', 'sandbox gateway')).not.toBe(key);
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { isCurrent, rememberCurrent } from '@4geeks/api/start/fingerprint';
import { webBuildStep } from '@4geeks/api/start/steps';

const root = mkdtempSync(join(tmpdir(), 'fingerprint-'));
afterAll(() => rmSync(root, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

beforeEach(() => {
  write('web/build/handler.js', 'built');
  write('web/src/lib/a.svelte', 'a page');
  write('web/src/lib/paraglide/messages.js', "export * from './messages/_index.js'");
  write('web/messages/console/en.json', '{ "greeting": "Hello" }');
  rememberCurrent(root, webBuildStep);
});

test('what was built and has not changed is not built again', () => {
  expect(isCurrent(root, webBuildStep)).toBe(true);
});

test.each([
  ['a page', 'web/src/lib/a.svelte'],
  ['a sentence alone', 'web/messages/console/en.json'],
  ['what was built', 'web/build/handler.js'],
])('%s that changed has the web app built again', (_what, path) => {
  write(path, 'something else');
  expect(isCurrent(root, webBuildStep)).toBe(false);
});

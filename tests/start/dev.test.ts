/** What `pnpm dev` promises: the whole product, reloading, and nothing of it left after Ctrl-C. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Demo } from '@4geeks/api/seed/demo';
import { afterAll, expect, test } from 'vitest';

import { askApi, freePort, untilReady } from '../e2e/product.ts';
import { postgresPid, untilGone } from './processes.ts';

const dir = mkdtempSync(join(tmpdir(), 'payments-dev-'));
const dataDir = join(dir, 'data');
const [apiPort, webPort] = [await freePort(), await freePort()];
const apiUrl = `http://localhost:${apiPort}`;
const webUrl = `http://localhost:${webPort}`;

const child = spawn(process.execPath, ['api/src/dev.ts'], {
  cwd: join(import.meta.dirname, '../..'),
  env: {
    ...process.env,
    NODE_ENV: 'development',
    LOG_LEVEL: 'warn',
    PORT: String(apiPort),
    WEB_PORT: String(webPort),
    DATA_DIR: dataDir,
  },
  stdio: ['ignore', 'pipe', 'pipe'],
});
let output = '';
child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));

afterAll(async () => {
  // Killed, it would leave what it started.
  if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'exit');
  await rm(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
});

const readDemo = () => JSON.parse(readFileSync(join(dataDir, 'demo.json'), 'utf8')) as Demo;

test('a first start seeds the demo, and vite serves its pages', async () => {
  await untilReady(apiUrl, child, () => output);
  const { url, portalUrl } = readDemo();
  expect(url).toBe(webUrl);
  const portal = await fetch(portalUrl);
  expect(portal.status).toBe(200);
  // Only in what vite serves; a build has no such paths.
  expect(await portal.text()).toContain('/@fs/');
});

test('what threads make is there: the logo of the demo, and invoices as PDF', async () => {
  const demo = readDemo();
  const slug = new URL(demo.portalUrl).pathname.split('/').at(-1);
  const { portal, invoices } = await askApi(
    demo,
    `{ portal(slug: "${slug}") { logoUrl }
       invoices(pastDue: true, first: 1) { edges { node { pdfUrl } } } }`,
  );
  const logo = await fetch(webUrl + portal.logoUrl);
  expect(logo.headers.get('content-type')).toBe('image/png');
  const pdf = await fetch(webUrl + invoices.edges[0].node.pdfUrl, {
    headers: { authorization: `Bearer ${demo.apiKey}` },
  });
  expect(pdf.status).toBe(200);
  expect((await pdf.text()).slice(0, 5)).toBe('%PDF-');
});

test('Ctrl-C ends everything: API, vite and the embedded Postgres', async () => {
  const pid = postgresPid(dataDir);
  child.kill('SIGINT');
  const [code] = (await once(child, 'exit')) as [number | null];
  expect(code, output).toBe(0);
  await untilGone(pid);
  for (const url of [apiUrl, webUrl]) await expect(fetch(url)).rejects.toThrow();
});

/** What `pnpm start` promises on a machine with nothing on it: from first start to killed process. */
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Demo } from '@4geeks/api/seed/demo';
import { afterAll, expect, test } from 'vitest';

import { freePort, runServer, untilReady } from '../e2e/product.ts';
import { isAlive, postgresPid, untilGone } from './processes.ts';

const dir = mkdtempSync(join(tmpdir(), 'payments-start-'));
const dataDir = join(dir, 'data');
const port = await freePort();
const url = `http://localhost:${port}`;
const running: ReturnType<typeof runServer>[] = [];

afterAll(async () => {
  for (const { child } of running) child.kill('SIGKILL');
  await rm(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
});

async function start(): Promise<ReturnType<typeof runServer> & { tookMs: number }> {
  const startedAt = performance.now();
  const server = runServer({ PORT: String(port), DATA_DIR: dataDir, LOG_LEVEL: 'warn' });
  running.push(server);
  await untilReady(url, server.child, server.output);
  return { ...server, tookMs: performance.now() - startedAt };
}

const readDemo = () => JSON.parse(readFileSync(join(dataDir, 'demo.json'), 'utf8')) as Demo;

test('a first start seeds the demo, writes demo.json, and says where to go', async () => {
  const { output } = await start();
  const demo = readDemo();
  expect(statSync(join(dataDir, 'demo.json')).mode & 0o077).toBe(0);
  expect(demo).toMatchObject({
    url,
    staff: { email: expect.stringContaining('@'), password: expect.any(String) },
    portalUrl: expect.stringContaining(`${url}/p/`),
    pastDueCustomerEmail: expect.stringContaining('@'),
    apiKey: expect.stringMatching(/^sk_test_/),
    mailboxUrl: `${url}/mailbox`,
  });
  for (const part of [demo.consoleUrl, demo.staff.password, demo.portalUrl, demo.mailboxUrl]) {
    expect(output()).toContain(part);
  }
  const answer = await fetch(demo.graphqlUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${demo.apiKey}` },
    body: JSON.stringify({ query: '{ customers(billingStatus: PAST_DUE) { totalCount } }' }),
  });
  expect(await answer.json()).toEqual({ data: { customers: { totalCount: 1 } } });
  const mails = (await (await fetch(`${url}/mailbox.json`)).json()) as { tag: string }[];
  expect(mails.some(({ tag }) => tag === 'payment-failed')).toBe(true);
  const landing = await fetch(url);
  expect(landing.status).toBe(200);
});

test('Ctrl-C ends everything, the embedded Postgres included', async () => {
  const [{ child, output }] = running.slice(-1) as [ReturnType<typeof runServer>];
  const pid = postgresPid(dataDir);
  expect(isAlive(pid)).toBe(true);
  child.kill('SIGINT');
  const [code] = (await once(child, 'exit')) as [number | null];
  expect(code, output()).toBe(0);
  await untilGone(pid);
});

test('a second start takes seconds and keeps the data', async () => {
  const before = readDemo();
  const { tookMs, output } = await start();
  expect(tookMs).toBeLessThan(15_000);
  expect(output()).not.toContain('Seeding');
  expect(readDemo()).toEqual(before);
  const portal = await fetch(before.portalUrl);
  expect(portal.status).toBe(200);
});

test('a killed process leaves nothing that stops the next start', async () => {
  const [{ child }] = running.slice(-1) as [ReturnType<typeof runServer>];
  child.kill('SIGKILL');
  await once(child, 'exit');
  const { child: next, output } = await start();
  next.kill('SIGTERM');
  const [code] = (await once(next, 'exit')) as [number | null];
  expect(code, output()).toBe(0);
});

/** @returns what a start that cannot work prints before it ends. */
async function failedStart(env: Record<string, string>): Promise<string> {
  const server = runServer({ LOG_LEVEL: 'warn', ...env });
  running.push(server);
  const [code] = (await once(server.child, 'exit')) as [number | null];
  expect(code).toBe(1);
  const lines = server.output().split('\n');
  return lines.filter((line) => line !== '' && !line.startsWith('Preparing')).join('\n');
}

test('a taken port is told in one line', async () => {
  const taken = createServer();
  taken.listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const takenPort = String((taken.address() as AddressInfo).port);
  try {
    const said = await failedStart({ PORT: takenPort, DATA_DIR: dataDir });
    expect(said).toBe(`Port ${takenPort} is taken. Set PORT to another one.`);
  } finally {
    taken.close();
  }
});

test('a folder that cannot be written is told in one line', async () => {
  const file = join(dataDir, 'demo.json');
  expect(existsSync(file)).toBe(true);
  for (const folder of [join(file, 'inside'), '/proc/none']) {
    const said = await failedStart({ PORT: String(port), DATA_DIR: folder });
    expect(said).toBe(`The folder ${folder} cannot be written. Set DATA_DIR to one that can.`);
  }
});

test('an unreachable database is told in one line', async () => {
  const said = await failedStart({
    PORT: String(port),
    DATA_DIR: join(dir, 'other'),
    DATABASE_URL: `postgresql://nobody:secret@127.0.0.1:${await freePort()}/none`,
  });
  expect(said.split('\n')).toHaveLength(1);
  expect(said).toMatch(/database|DATABASE_URL/i);
  expect(said).not.toContain('secret');
});

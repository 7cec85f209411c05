/**
 * The product as `pnpm start` runs it, in a process of its own, with its demo data, and browser
 * windows to use it with.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Demo } from '@4geeks/api/seed/demo';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@4geeks/prisma/embedded';
import { chromium, type Browser, type Page } from 'playwright-core';

import type { Data } from '../testkit/graphql-client.ts';
import { findBrowser } from './browser.ts';

const root = join(import.meta.dirname, '../..');

export interface Mail {
  id: string;
  to: { address: string };
  subject: string;
  tag: string;
  html: string;
  text: string;
}

export interface Product {
  demo: Demo;
  databaseUrl: string;
  /** Everything the process printed, logs included. */
  output(): string;
  /** A window of its own, signed in nowhere. Errors in its console fail `close()`. */
  openWindow(size: { width: number; height: number }): Promise<Page>;
  /** Signs in to the console. */
  openConsole(size: { width: number; height: number }): Promise<Page>;
  /** Says where to see every window, as it is now. */
  pictureWindows(story: string): Promise<void>;
  /** Newest first. */
  mails(to: string): Promise<Mail[]>;
  /** The newest mail of this kind to this address, once it is there. */
  mail(to: string, tag: string): Promise<Mail>;
  close(): Promise<void>;
}

/** Asks the API as an integrator does; whatever it answers has to be without errors. */
export async function askApi(
  { apiKey, graphqlUrl }: Demo,
  query: string,
  variables: object = {},
): Promise<Data> {
  const response = await fetch(graphqlUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: Data; errors?: object[] };
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

/** Starts the product over a new database; prepared by `tests/run.ts` before. */
export async function startProduct(): Promise<Product> {
  const dir = mkdtempSync(join(tmpdir(), 'payments-e2e-'));
  const postgres = await startEmbeddedPostgres({ dataDir: join(dir, 'postgres'), ephemeral: true });
  const port = await freePort();
  const dataDir = join(dir, 'data');
  const { child, output } = runServer({
    PORT: String(port),
    DATA_DIR: dataDir,
    DATABASE_URL: postgres.url,
    PUBLIC_URL: `http://localhost:${port}`,
  });
  try {
    await untilReady(`http://localhost:${port}`, child, output);
    const demo = JSON.parse(readFileSync(join(dataDir, 'demo.json'), 'utf8')) as Demo;
    const found = await findBrowser();
    const browser = await chromium.launch(found);
    return productOf({ demo, postgres, child, output, browser, dir });
  } catch (error) {
    child.kill('SIGKILL');
    await postgres.stop();
    throw error;
  }
}

interface Parts {
  demo: Demo;
  postgres: EmbeddedPostgres;
  child: ChildProcess;
  output: () => string;
  browser: Browser;
  dir: string;
}

function productOf({ demo, postgres, child, output, browser, dir }: Parts): Product {
  const troubles: string[] = [];
  const windows: Page[] = [];

  async function openWindow(size: { width: number; height: number }): Promise<Page> {
    const context = await browser.newContext({ viewport: size, locale: 'en-US' });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    windows.push(page);
    page.on('pageerror', (error) => troubles.push(`${page.url()}: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') troubles.push(`${page.url()}: ${message.text()}`);
    });
    return page;
  }

  async function mails(to: string): Promise<Mail[]> {
    const response = await fetch(`${demo.url}/mailbox.json?to=${encodeURIComponent(to)}`);
    return (await response.json()) as Mail[];
  }

  return {
    async pictureWindows(story) {
      const pictures = mkdtempSync(join(tmpdir(), 'payments-e2e-failed-'));
      for (const [index, page] of windows.entries()) {
        await page.screenshot({ path: join(pictures, `window-${index}.png`), fullPage: true });
      }
      process.stderr.write(`${story}: see the windows in ${pictures}\n`);
    },
    demo,
    databaseUrl: postgres.url,
    output,
    openWindow,
    async openConsole(size) {
      const page = await openWindow(size);
      await page.goto(demo.consoleUrl);
      await page.getByLabel('Email').fill(demo.staff.email);
      await page.getByLabel('Password', { exact: true }).fill(demo.staff.password);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('heading', { name: 'Overview' }).waitFor();
      return page;
    },
    mails,
    async mail(to, tag) {
      for (let tries = 0; tries < 100; tries += 1) {
        const found = (await mails(to)).find((mail) => mail.tag === tag);
        if (found) return found;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new Error(`No ${tag} mail to ${to}`);
    },
    async close() {
      await browser.close();
      child.kill('SIGINT');
      const [code] = (await once(child, 'exit')) as [number | null];
      await postgres.stop();
      await rm(dir, { recursive: true, force: true });
      if (code !== 0) troubles.push(`The product ended with code ${code}:\n${output()}`);
      if (troubles.length > 0) throw new Error(troubles.join('\n'));
    },
  };
}

/** Runs the server's process with these settings. */
export function runServer(env: Record<string, string>): {
  child: ChildProcess;
  output: () => string;
} {
  const child = spawn(process.execPath, ['api/src/start.ts'], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'development', LOG_LEVEL: 'debug', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { child, output: () => text };
}

export async function untilReady(
  url: string,
  child: ChildProcess,
  output: () => string,
): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (child.exitCode !== null) throw new Error(`The product ended:\n${output()}`);
    const ready = await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`The product did not get ready:\n${output()}`);
}

export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

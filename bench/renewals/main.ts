/**
 * How fast a renewal run is, and whether that depends on how many subscriptions there are. Ten
 * thousand are due among ten thousand, a hundred thousand and a million; workers of their own processes
 * do what they do every minute, until each is renewed: subscription moved on, invoice issued and
 * numbered, attempt made, gateway asked, payment settled, every event recorded, every job done. The
 * mails it owes go out behind it, with what the worker has to spare.
 *
 * Beside it, on the same Postgres just before and after each run, the rate of pgbench's default
 * transaction. The sizes are minutes apart, and a machine may be half as fast by then: what a renewal
 * costs is compared between them in pgbench's transactions of the same minute, and in plain time too.
 *
 *   node bench/renewals/main.ts [--sizes 10000,100000,1000000] [--due 10000] [--workers 2] [--quick]
 *
 * Prints one line a tool can read for each size: `bench renewals: ... ratio=... cost_ratio=...`.
 * Fails when not exactly what was due has been renewed, charged and recorded, once.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { buildApp } from '@4geeks/api';
import { createLogger } from '@4geeks/api/log';
import { startEmbeddedPostgres } from '@4geeks/prisma/embedded';
import { applyMigrations } from '@4geeks/prisma/migrate';
import pg from 'pg';
import { startChild, type Child } from '../child.ts';
import { appOptions } from './app-options.ts';
import { checkBooks, isRenewed } from './books.ts';
import { fillDatabase } from './fill-database.ts';
import { preparePgbench, type Pgbench } from './pgbench.ts';
import type { Usage, WorkerRequest } from './worker.ts';

const targetRatio = 0.25;
const targetCostRatio = 1.2;
/** As many as a worker runs jobs at once. */
const pgbenchClients = 8;

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '10000,100000,1000000' },
    due: { type: 'string', default: '10000' },
    workers: { type: 'string', default: '2' },
    quick: { type: 'boolean', default: false },
  },
});
const due = Number(values.quick ? Math.min(1000, Number(values.due)) : values.due);
const sizes = (values.quick ? '1000,10000' : values.sizes).split(',').map(Number);
const workers = Number(values.workers);
const pgbenchSeconds = values.quick ? 3 : 10;
if (sizes.some((size) => !(size >= due))) throw new Error('Every size must be at least --due.');

interface Measured {
  subscriptions: number;
  seconds: number;
  pgbenchTps: number;
  cpuSeconds: number;
  peakRss: number;
  finalRss: number;
  heapGrowth: number;
}

const dataDir = await mkdtemp(join(tmpdir(), 'bench-renewals-'));
/** A quarter of 16 GB, as Postgres's manual advises for a server that has a million subscriptions. */
const settings = { shared_buffers: '4GB', max_wal_size: '8GB' };
const postgres = await startEmbeddedPostgres({ dataDir, settings });
process.removeAllListeners('warning');
process.on('warning', () => {});
try {
  const pgbench = await preparePgbench(await createDatabase('bench_pgbench'), pgbenchClients);
  console.log(`${due} due, ${workers} worker process(es); beside ${pgbench.name}`);
  console.log(
    'subscriptions   renewals/s   pgbench/s   of pgbench   ms each   CPU ms each   of smallest   in time' +
      '   peak RSS   final RSS   heap grew',
  );
  const all: Measured[] = [];
  for (const subscriptions of sizes) {
    const measured = await measure(subscriptions, pgbench);
    all.push(measured);
    report(measured, all[0] ?? measured);
  }
} finally {
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function measure(subscriptions: number, pgbench: Pgbench): Promise<Measured> {
  const name = `bench_${subscriptions}`;
  const url = await createDatabase(name);
  await applyMigrations({ url });
  const filler = await buildApp({
    ...appOptions(url),
    role: 'api',
    log: createLogger({ level: 'error' }),
  });
  await fillDatabase(filler.billing, inDatabase(postgres.adminUrl, name), { subscriptions, due });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const children = await Promise.all(Array.from({ length: workers }, () => startWorker(url)));
  try {
    const tpsBefore = await pgbench.measure(pgbenchSeconds);
    await Promise.all(children.map((child) => child.ask({ ask: 'watch' })));
    const startedAt = new Date();
    const from = performance.now();
    await filler.billing.enqueue(filler.database.sql, [
      { name: 'renew-due-subscriptions', payload: {} },
    ]);
    while (!(await isRenewed(client))) await sleep(100);
    const seconds = (performance.now() - from) / 1000;
    const usages = await Promise.all(
      children.map((child) => child.ask({ ask: 'report' }) as Promise<Usage>),
    );
    const tpsAfter = await pgbench.measure(pgbenchSeconds);
    await checkBooks(client, { subscriptions, due, startedAt });
    return {
      subscriptions,
      seconds,
      pgbenchTps: (tpsBefore + tpsAfter) / 2,
      cpuSeconds: usages.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
      peakRss: Math.max(...usages.map(({ peakRss }) => peakRss)),
      finalRss: Math.max(...usages.map(({ finalRss }) => finalRss)),
      heapGrowth: Math.max(...usages.map(({ heapBefore, heapAfter }) => heapAfter - heapBefore)),
    };
  } finally {
    await Promise.all(children.map((child) => child.close()));
    await client.end();
    await filler.stop();
    await asAdmin(`DROP DATABASE ${name} WITH (FORCE)`);
  }
}

async function startWorker(url: string): Promise<Child<WorkerRequest, Usage | null>> {
  const child = startChild<WorkerRequest, Usage | null>(new URL('./worker.ts', import.meta.url));
  await child.ask({ ask: 'start', url });
  return child;
}

function report(measured: Measured, smallest: Measured): void {
  const { subscriptions, seconds, pgbenchTps, cpuSeconds } = measured;
  const perSecond = due / seconds;
  const ratio = perSecond / pgbenchTps;
  const costRatio = seconds / smallest.seconds;
  const pairedRatio = (seconds * pgbenchTps) / (smallest.seconds * smallest.pgbenchTps);
  const cpuRatio = cpuSeconds / smallest.cpuSeconds;
  const mb = (bytes: number) => bytes / 1024 ** 2;
  console.log(
    `${String(subscriptions).padStart(13)}   ${perSecond.toFixed(0).padStart(10)}   ` +
      `${pgbenchTps.toFixed(0).padStart(9)}   ${ratio.toFixed(2).padStart(10)}   ` +
      `${((seconds / due) * 1000).toFixed(2).padStart(7)}   ` +
      `${((cpuSeconds / due) * 1000).toFixed(2).padStart(11)}   ` +
      `${pairedRatio.toFixed(2).padStart(11)}   ${costRatio.toFixed(2).padStart(7)}   ${mb(measured.peakRss).toFixed(0).padStart(5)} MB   ` +
      `${mb(measured.finalRss).toFixed(0).padStart(6)} MB   ` +
      `${mb(measured.heapGrowth).toFixed(1).padStart(6)} MB   ` +
      `(targets: >= ${targetRatio} of pgbench, <= ${targetCostRatio} of smallest)`,
  );
  console.log(
    `bench renewals: subscriptions=${subscriptions} due=${due} per_second=${perSecond.toFixed(1)} ` +
      `pgbench_tps=${pgbenchTps.toFixed(1)} ratio=${ratio.toFixed(3)} ` +
      `cost_ms=${((seconds / due) * 1000).toFixed(3)} cost_ratio=${pairedRatio.toFixed(3)} ` +
      `time_ratio=${costRatio.toFixed(3)} ` +
      `cpu_ms=${((cpuSeconds / due) * 1000).toFixed(3)} cpu_ratio=${cpuRatio.toFixed(3)} ` +
      `rss_mb=${mb(measured.peakRss).toFixed(0)} final_rss_mb=${mb(measured.finalRss).toFixed(0)} ` +
      `heap_growth_mb=${mb(measured.heapGrowth).toFixed(1)}`,
  );
}

/** @returns its URL, for the application's role, which owns it. */
async function createDatabase(name: string): Promise<string> {
  await asAdmin(`CREATE DATABASE ${name} OWNER ${new URL(postgres.url).username}`);
  return inDatabase(postgres.url, name);
}

function inDatabase(url: string, name: string): string {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
}

async function asAdmin(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.adminUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

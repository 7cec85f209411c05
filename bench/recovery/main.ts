/**
 * How long a recovered payment takes: from the mutation that makes a new card the default, as its bytes
 * go out, to the live message that says the customer is current again. Beside it, measured in the same
 * run on the same Postgres, the floor: the least that any implementation with these guarantees has to
 * wait for. Server, worker and gateway are this one process, as they are by default; the clients are another, so
 * that neither what they do nor what they wait for is counted as the server's.
 *
 *   node bench/recovery/main.ts [--samples 100]
 *
 * Prints p50 and p99 at 1, 10 and 50 recoveries at once, and one line a tool can read:
 * `bench recovery: ... ratio=...`
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { buildApp, type App } from '@4geeks/api';
import { serverDelays } from '@4geeks/api/adapters/jobs/enqueue';
import { createLogger } from '@4geeks/api/log';
import { startEmbeddedPostgres } from '@4geeks/prisma/embedded';
import { applyMigrations } from '@4geeks/prisma/migrate';
import { startChild } from '../child.ts';
import { percentile } from '../percentile.ts';
import type { BrowserRequest } from './browsers.ts';
import { countTransactions, type TransactionCounts } from './count-transactions.ts';
import { createFloor } from './floor.ts';
import { preparePastDueCustomers, type PastDueCustomer } from './past-due-customers.ts';

const atOnce = [1, 10, 50];
const target = 3;
const warmUps = 8;
const warmUpSize = 50;
const countedRecoveries = 10;
const kinds = ['reads', 'writes', 'unhurried', 'statements'] as const;

const { values } = parseArgs({ options: { samples: { type: 'string', default: '100' } } });
const samples = Number(values.samples);

const dataDir = await mkdtemp(join(tmpdir(), 'bench-recovery-'));
const postgres = await startEmbeddedPostgres({ dataDir });
process.removeAllListeners('warning');
process.on('warning', () => {});
try {
  await measure();
} finally {
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function measure(): Promise<void> {
  await applyMigrations({ url: postgres.url });
  const app = await buildApp({
    databaseUrl: postgres.url,
    port: 0,
    host: '127.0.0.1',
    publicUrl: null,
    secret: 'a secret of a benchmark, good for nothing else',
    mailFrom: 'bench@payments.example',
    delays: serverDelays,
    postmark: null,
    mailbox: false,
    explorer: false,
    loadPages: null,
    paymentRecoverySeconds: 600,
    limitRates: false,
    sweep: false,
    log: createLogger({ level: 'error' }),
  });
  const { url } = await app.start();
  const browsers = startChild<BrowserRequest, number[]>(new URL('./browsers.ts', import.meta.url));
  async function recover(customers: PastDueCustomer[]): Promise<number[]> {
    await browsers.ask({ ask: 'open', url, customers });
    return browsers.ask({ ask: 'recover' });
  }
  const close = async () => {
    await untilQueueIsEmpty(app);
    await browsers.ask({ ask: 'close' });
  };
  // All at once, because the mails of what failed wait half a minute.
  const rounds = (count: number) => Math.max(3, Math.ceil(samples / count));
  const prepared = await preparePastDueCustomers(
    app,
    warmUps * warmUpSize +
      countedRecoveries +
      // The first round warms up and does not count.
      atOnce.reduce((sum, count) => sum + (rounds(count) + 1) * count, 0),
  );
  await untilQueueIsEmpty(app);
  // What autovacuum does within a minute: the tables were empty when plans were first made.
  await app.database.$executeRaw`VACUUM ANALYZE`;
  const next = (count: number) => prepared.splice(0, count);
  // A process that has run for a while: nothing of this counts.
  for (let round = 0; round < warmUps; round += 1) {
    await recover(next(warmUpSize));
    await close();
  }
  const counts = { reads: 0, writes: 0, unhurried: 0, statements: 0 };
  for (const customer of next(countedRecoveries)) {
    await browsers.ask({ ask: 'open', url, customers: [customer] });
    const counted = await countTransactions(app, () => browsers.ask({ ask: 'recover' }));
    for (const kind of kinds) counts[kind] += counted[kind] / countedRecoveries;
    await close();
  }
  console.log(
    `one recovery until its message: ${counts.statements.toFixed(1)} statements in ` +
      `${counts.reads.toFixed(1)} transactions that read, ${counts.writes.toFixed(1)} that write and ` +
      `${counts.unhurried.toFixed(1)} that write without waiting for the disk`,
  );
  const floor = await createFloor(app, postgres.url, browsers, {
    reads: Math.round(counts.reads),
    writes: Math.round(counts.writes),
    unhurried: Math.round(counts.unhurried),
  });
  try {
    console.log('at once   samples   recovery p50    p99   floor p50    p99   ratio of p50');
    for (const count of atOnce) {
      const recoveries: number[] = [];
      const floors: number[] = [];
      for (let round = 0; round <= rounds(count); round += 1) {
        // In turn, so that whatever slows the machine slows both.
        const recovered = await recover(next(count));
        await close();
        const least = await floor.times(count);
        if (round === 0) continue;
        recoveries.push(...recovered);
        floors.push(...least);
      }
      report(count, recoveries, floors, counts);
    }
  } finally {
    await browsers.close();
    await floor.close();
    await app.stop();
  }
}

/** Also of mails, which wait a while: they are the recovery's, and not to be met by the floor. */
async function untilQueueIsEmpty({ database }: App): Promise<void> {
  for (;;) {
    const [left] = await database.$queryRaw<{ jobs: number }[]>`
      SELECT count(*)::int AS jobs FROM graphile_worker._private_jobs
      WHERE run_at < now() + interval '1 minute'`;
    if (left?.jobs === 0) return;
    await setTimeout(50);
  }
}

function report(
  count: number,
  recoveries: number[],
  floors: number[],
  { reads, writes, unhurried, statements }: TransactionCounts,
): void {
  const [p50, p99] = [percentile(recoveries, 0.5), percentile(recoveries, 0.99)];
  const [floor50, floor99] = [percentile(floors, 0.5), percentile(floors, 0.99)];
  const ratio = p50 / floor50;
  const ms = (value: number) => `${value.toFixed(1)} ms`;
  console.log(
    `${String(count).padStart(7)}   ${String(recoveries.length).padStart(7)}   ` +
      `${ms(p50).padStart(12)} ${ms(p99).padStart(9)}   ${ms(floor50).padStart(9)} ` +
      `${ms(floor99).padStart(9)}   ${ratio.toFixed(2)} (target <= ${target})`,
  );
  console.log(
    `bench recovery: at_once=${count} p50_ms=${p50.toFixed(2)} p99_ms=${p99.toFixed(2)} ` +
      `floor_p50_ms=${floor50.toFixed(2)} floor_p99_ms=${floor99.toFixed(2)} ` +
      `reads=${Math.round(reads)} writes=${Math.round(writes)} unhurried=${Math.round(unhurried)} ` +
      `statements=${statements.toFixed(1)} ratio=${ratio.toFixed(3)}`,
  );
}

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';

import { giveLifeSigns } from '@4geeks/api/adapters/jobs/abandoned-jobs';
import { createEnqueue, enqueue } from '@4geeks/api/adapters/jobs/enqueue';
import { drainJobs, startWorker } from '@4geeks/api/adapters/jobs/graphile';
import type { JobHandlers } from '@4geeks/api/jobs/job-handler';
import { jobPayloads, type Job, type JobName } from '@4geeks/billing/jobs';
import type { Billing } from '@4geeks/billing/ports';
import { openDatabase } from '@4geeks/prisma';
import { createLogger } from '@4geeks/api/log';
import { afterEach, describe, expect, it } from 'vitest';

import { cleanUp } from '../testkit/clean-up.ts';
import { testDatabase } from '../testkit/database.ts';

const { url: connectionString, sql } = await testDatabase();
const log = createLogger({ level: 'silent' });
const database = openDatabase({ url: connectionString });
cleanUp(() => database.$disconnect());

/** The adapter hands it through and never looks inside. */
const billing = { publicUrl: 'http://localhost' } as Billing;

const ran: { name: JobName; payload: unknown; at: number }[] = [];
const behaviour: { [Name in JobName]?: () => Promise<void> } = {};
const handlers = Object.fromEntries(
  Object.keys(jobPayloads).map((name) => [
    name,
    async (payload: unknown, context: { billing: Billing }) => {
      expect(context.billing).toBe(billing);
      ran.push({ name: name as JobName, payload, at: performance.now() });
      await behaviour[name as JobName]?.();
    },
  ]),
) as unknown as JobHandlers;
afterEach(async () => {
  // What failed, or is for later, must not come up in a slower test.
  await sql('delete from graphile_worker._private_jobs');
  ran.length = 0;
  for (const name of Object.keys(behaviour)) delete behaviour[name as JobName];
});

const mailJob = (change: Partial<Job> = {}) =>
  ({
    name: 'send-email',
    payload: { merchantId: randomUUID(), emailMessageId: randomUUID() },
    ...change,
  }) as Extract<Job, { name: 'send-email' }>;

const add = (...jobs: Job[]) => enqueue(database.sql, jobs);
const drain = () => drainJobs({ connectionString, billing, handlers, log });

describe('enqueue', () => {
  it('runs a job after the commit, and never after a rollback', async () => {
    const job = mailJob();
    await add(job);
    await expect(
      database.sql.transaction(async (sql) => {
        await enqueue(sql, [mailJob()]);
        throw new Error('rolled back');
      }),
    ).rejects.toThrow('rolled back');
    expect(await drain()).toEqual([]);
    expect(ran).toEqual([{ name: 'send-email', payload: job.payload, at: expect.any(Number) }]);
  });

  it('replaces a job with the same key', async () => {
    const key = randomUUID();
    await add(mailJob({ key }));
    const later = mailJob({ key });
    await add(later);
    await drain();
    expect(ran.map((job) => job.payload)).toEqual([later.payload]);
  });

  it('lets mails and patient jobs wait where it is told to, and nothing else', async () => {
    const merchantId = randomUUID();
    await createEnqueue({ mailDelayMs: 60_000, patientDelayMs: 120_000 })(database.sql, [
      mailJob(),
      mailJob({ patient: true }),
      { name: 'send-refund', payload: { merchantId, refundId: randomUUID() } },
    ]);
    expect(await drain()).toEqual([]);
    expect(ran.map(({ name }) => name)).toEqual(['send-refund']);
    const waiting = await sql<{ seconds: number }>(
      `delete from graphile_worker._private_jobs
       returning extract(epoch from run_at - now())::float as seconds`,
    );
    expect(waiting).toEqual([
      { seconds: expect.closeTo(60, -1) },
      { seconds: expect.closeTo(120, -1) },
    ]);
  });

  it('adds many at once, in order, the last of those with one key', async () => {
    const key = randomUUID();
    const jobs = [mailJob({ key }), mailJob(), mailJob(), mailJob({ key })];
    await add(...jobs);
    await drain();
    expect(ran.map((job) => job.payload)).toEqual(jobs.slice(1).map((job) => job.payload));
  });

  it('leaves future jobs alone', async () => {
    await add(mailJob({ runAt: new Date(Date.now() + 60_000) }));
    await drain();
    expect(ran).toEqual([]);
  });

  it('refuses a payload that is not the job’s', async () => {
    await expect(add(mailJob({ payload: { merchantId: 'x' } as never }))).rejects.toThrow();
  });
});

describe('draining', () => {
  it('runs what jobs enqueue, and reports what failed', async () => {
    behaviour['collect-past-due-invoices'] = () => add(mailJob());
    behaviour['send-email'] = async () => {
      throw new Error('mail server is down');
    };
    await add({
      name: 'collect-past-due-invoices',
      payload: { merchantId: randomUUID(), customerId: randomUUID(), requestId: randomUUID() },
    });
    const failures = await drain();
    expect(ran.map((job) => job.name)).toEqual(['collect-past-due-invoices', 'send-email']);
    expect(failures).toMatchObject([
      { job: 'send-email', error: { message: 'mail server is down' } },
    ]);
  });
});

describe('a worker', () => {
  it('sweeps at start and takes jobs within milliseconds of their commit', async () => {
    const worker = await startWorker({ connectionString, billing, handlers, log, concurrency: 4 });
    try {
      await worker.drain();
      expect(new Set(ran.map((job) => job.name))).toEqual(
        new Set([
          'recover-payments',
          'recover-refunds',
          'renew-due-subscriptions',
          'retry-due-invoices',
          'send-queued-email',
          'deliver-webhooks',
          'advance-test-clocks',
        ]),
      );
      const waits: number[] = [];
      for (let i = 0; i < 20; i++) {
        const job = mailJob();
        await add(job);
        const committedAt = performance.now();
        await worker.drain();
        const run = ran.find(
          (entry) => entry.payload && JSON.stringify(entry.payload) === JSON.stringify(job.payload),
        );
        waits.push(run!.at - committedAt);
      }
      waits.sort((a, b) => a - b);
      expect(waits[10]).toBeLessThan(50);
    } finally {
      await worker.stop();
    }
  });

  it('finishes what it is doing before it stops', async () => {
    const worker = await startWorker({ connectionString, billing, handlers, log, sweep: false });
    let finished = false;
    const started = new Promise<void>((resolve) => {
      behaviour['send-email'] = async () => {
        resolve();
        await new Promise((done) => setTimeout(done, 100));
        finished = true;
      };
    });
    await add(mailJob());
    await started;
    await worker.stop();
    expect(finished).toBe(true);
    await worker.ended;
    expect(
      await sql('select from graphile_worker._private_jobs where locked_at is not null'),
    ).toEqual([]);
  });

  it('inherits the jobs of a process that was killed', async () => {
    const child = spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { startWorker } from '@4geeks/api/adapters/jobs/graphile';
         import { createLogger } from '@4geeks/api/log';
         const stuck = () => { process.stdout.write('running'); return new Promise(() => {}); };
         await startWorker({
           connectionString: process.env.DB, billing: {}, log: createLogger({ level: 'silent' }), sweep: false,
           handlers: { 'send-email': stuck },
         });`,
      ],
      {
        cwd: import.meta.dirname,
        env: { ...process.env, DB: connectionString },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const running = new Promise((resolve) => child.stdout.once('data', resolve));
    await add(mailJob());
    await running;

    const exit = new Promise((resolve) => child.once('exit', resolve));
    cleanUp(async () => {
      child.kill('SIGKILL');
      await exit;
    });

    const lifeSigns = giveLifeSigns(connectionString, log);
    cleanUp(() => lifeSigns.close());
    const signs = `select from pg_locks where locktype = 'advisory' and objsubid = 2
      and database = (select oid from pg_database where datname = current_database())`;
    await expect.poll(() => sql(signs)).toHaveLength(1);
    // As if it had been running for a while.
    await database.$executeRaw`
      update graphile_worker._private_jobs set locked_at = locked_at - interval '1 minute'
      where locked_at is not null`;
    expect(await lifeSigns.freeAbandonedJobs()).toEqual([]);
    child.kill('SIGKILL');
    await exit;
    await expect.poll(() => lifeSigns.freeAbandonedJobs()).toHaveLength(1);
    await drain();
    expect(ran.map((job) => job.name)).toEqual(['send-email']);
  });
});

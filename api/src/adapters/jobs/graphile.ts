/**
 * Runs the jobs that `enqueue` put into the database, with graphile-worker. Any number of processes
 * may do so at once.
 */
import { EventEmitter } from 'node:events';

import type { JobName } from '@4geeks/billing/jobs';
import type { Billing } from '@4geeks/billing/ports';
import {
  parseCronItems,
  run,
  runMigrations,
  runOnce,
  type RunOnceOptions,
  type WorkerEvents,
} from 'graphile-worker';
import pg from 'pg';
import type { Logger } from 'pino';

import { usualConcurrency } from '../../env.ts';
import type { JobHandlers } from '../../jobs/job-handler.ts';
import { giveLifeSigns } from './abandoned-jobs.ts';
import { toGraphileLogger, toTaskList } from './tasks.ts';

/**
 * Without a batch delay graphile-worker 0.18 does not wait for the statement that marks a job as done:
 * a stop could leave a finished job locked, to be run again.
 */
const preset = { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } };

/**
 * A worker fetches as many jobs as it runs at once with one statement, planned once: by index, however
 * few there were when it was planned.
 */
const fetchTogether = (size: number) => ({ worker: { ...preset.worker, localQueue: { size } } });
const planOnce = 'set plan_cache_mode = force_generic_plan; set enable_seqscan = off';
/**
 * Who works on a job, and that it is done, need not be on disk before the work goes on: Postgres may
 * forget the last moment of it in a crash of its own, and the job is then done again, as any may be.
 */
const unhurried = 'set synchronous_commit = off';

/** Jobs that look for due work, every minute. */
export const sweeps = [
  'recover-payments',
  'recover-refunds',
  'renew-due-subscriptions',
  'retry-due-invoices',
  'send-queued-email',
  'deliver-webhooks',
  'advance-test-clocks',
] as const satisfies readonly JobName[];

/** Those that ask the gateway about everything that waits, or can wait themselves: every hour. */
export const hourlySweeps = [
  'recover-waiting-payments',
  'recover-disputes',
  'notify-expiring-payment-methods',
  'forget-idempotent-requests',
  'forget-webhook-deliveries',
  'forget-portal-sessions',
  'forget-staff-invitations',
] as const satisfies readonly JobName[];

export interface WorkerOptions {
  connectionString: string;
  billing: Billing;
  handlers: JobHandlers;
  log: Logger;
  /** Jobs run at once by this process. Default `usualConcurrency`. */
  concurrency?: number;
  /** Runs the sweeps, at start and every minute. Default true. */
  sweep?: boolean;
}

export interface Worker {
  /** Waits until no job is due or running. For tests and scripts. */
  drain(): Promise<void>;
  /** Takes no new jobs, lets running ones finish (for 5 s, then aborts their signal). */
  stop(): Promise<void>;
  /** Resolves when the worker has ended; rejects when it ended by itself. */
  ended: Promise<void>;
}

/** Creates or updates the queue's tables. Call before `enqueue` and before starting workers. */
export async function migrateJobs(connectionString: string, log: Logger): Promise<void> {
  await runMigrations({ connectionString, logger: toGraphileLogger(log) });
}

/** Starts taking jobs: a few milliseconds after their commit, by NOTIFY. */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { connectionString, concurrency = usualConcurrency, sweep = true } = options;
  const log = options.log.child({ part: 'worker' });
  const logger = toGraphileLogger(log);
  const lifeSigns = giveLifeSigns(connectionString, log);
  const events: WorkerEvents = new EventEmitter();
  events.on('pool:create', ({ workerPool }) => lifeSigns.announce(workerPool.id));

  // Our own pool, because graphile's stop does not wait for its pool's last connection, and an error
  // there (Postgres stops next) would end the process.
  const pool = new pg.Pool({
    connectionString,
    // One listens, one fetches; the others report what is done, and are opened when there is much.
    max: concurrency + 2,
    application_name: 'worker',
    onConnect: async (client) => void (await client.query(`${planOnce}; ${unhurried}`)),
  });
  const onLost = (error: unknown) => log.warn({ err: error }, 'worker lost a connection');
  pool.on('error', onLost);
  pool.on('connect', (client) => client.on('error', onLost));
  const runner = await run({
    pgPool: pool,
    concurrency,
    noHandleSignals: true,
    // Only a fallback: NOTIFY brings news at once, and time passing needs a look now and then.
    pollInterval: 1000,
    logger,
    events,
    preset: fetchTogether(concurrency),
    taskList: toTaskList(options.handlers, options.billing, log),
    parsedCronItems: sweep ? parseCronItems([...sweeps.map(everyMinute), ...hourly]) : [],
  }).catch(async (error: unknown) => {
    await lifeSigns.close();
    await pool.end();
    throw error;
  });
  if (sweep) {
    for (const task of sweeps) await runner.addJob(task, {}, { jobKey: task, maxAttempts: 1 });
  }

  // A rejection nobody asked for must not end the process; `ended` still carries it.
  const ended = runner.promise;
  ended.catch((error: unknown) => log.error({ err: error }, 'worker ended'));
  let stopping: Promise<void> | undefined;
  return {
    ended,
    drain: () => waitUntilIdle(connectionString),
    stop: () =>
      (stopping ??= (async () => {
        await runner.stop('stopping').catch(() => {});
        await lifeSigns.close();
        await pool.end();
      })()),
  };
}

const everyMinute = (task: JobName) => ({
  task,
  match: '* * * * *',
  identifier: task,
  // A sweep that fails is not retried: the next minute brings another.
  options: { maxAttempts: 1, jobKey: task, backfillPeriod: 0 },
});

const hourly = hourlySweeps.map((task) => ({ ...everyMinute(task), match: '7 * * * *' }));

/** What went wrong while draining. */
export interface DrainFailure {
  job: JobName;
  error: unknown;
}

/**
 * Runs, in this process and one after the other, every job that is due, and those they enqueue, until
 * none is left. Jobs in the future stay. For tests; needs no running worker.
 *
 * @returns the failures; those jobs are now due later.
 */
export async function drainJobs(options: {
  connectionString: string;
  billing: Billing;
  handlers: JobHandlers;
  log: Logger;
}): Promise<DrainFailure[]> {
  const failures: DrainFailure[] = [];
  const taskList = toTaskList(options.handlers, options.billing, options.log, (job, error) =>
    failures.push({ job, error }),
  );
  const runOptions: RunOnceOptions = {
    connectionString: options.connectionString,
    maxPoolSize: 2,
    preset,
    noHandleSignals: true,
    logger: toGraphileLogger(options.log),
  };
  await runOnce(runOptions, taskList);
  return failures;
}

async function waitUntilIdle(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    for (;;) {
      const { rows } = await client.query<{ busy: boolean }>(
        `select exists (
           select from graphile_worker._private_jobs
           where run_at <= now() and (locked_at is not null or attempts < max_attempts)
         ) as busy`,
      );
      if (!rows[0]?.busy) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  } finally {
    await client.end();
  }
}

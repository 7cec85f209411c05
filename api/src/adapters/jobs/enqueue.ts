import { jobPayloads, type Job, type JobName } from '@4geeks/billing/jobs';
import type { Enqueue } from '@4geeks/billing/ports';
import { Prisma } from '@4geeks/prisma';

/** Jobs that let others go first: a charge somebody is waiting for overtakes mails about others. */
const afterOthers: ReadonlySet<JobName> = new Set([
  'send-email',
  'send-emails',
  'deliver-webhooks',
  'detach-payment-method',
  // It waits for them.
  'advance-test-clock',
]);

const mails: ReadonlySet<JobName> = new Set(['send-email', 'send-emails']);

export interface EnqueueOptions {
  /**
   * How long a mail waits before it is rendered, in milliseconds. Somebody is looking at the live
   * message of what it tells of: that goes first.
   */
  mailDelayMs: number;
  /** How long a patient job waits: longer than most renewal runs take. In milliseconds. */
  patientDelayMs: number;
}

/** What a server runs with. */
export const serverDelays: EnqueueOptions = { mailDelayMs: 1000, patientDelayMs: 30_000 };

/** Above this a statement for all is cheaper than a call for each. */
const fewJobs = 4;

/**
 * Adds the jobs inside the caller's transaction, with one statement: they become visible, and
 * waiting workers are woken, with the commit. They are taken in the order given.
 * @throws ZodError when a payload is not its job's; nothing is added then.
 */
export const createEnqueue =
  ({ mailDelayMs, patientDelayMs }: EnqueueOptions): Enqueue =>
  async (sql, jobs) => {
    const delayOf = (job: Job) =>
      Math.max(mails.has(job.name) ? mailDelayMs : 0, job.patient ? patientDelayMs : 0);
    const later = (delayMs: number) => (delayMs > 0 ? new Date(Date.now() + delayMs) : null);
    const specs = latestOfEachKey(jobs).map((job) => ({
      identifier: job.name,
      payload: jobPayloads[job.name].parse(job.payload),
      run_at: job.runAt ?? later(delayOf(job)),
      priority: afterOthers.has(job.name) ? 1 : 0,
      job_key: job.key ?? null,
    }));
    const rows = Prisma.sql`json_populate_recordset(
      null::graphile_worker.job_spec, ${JSON.stringify(specs)}::json
    ) AS spec`;
    const replacesNothing = specs.every(({ job_key }) => job_key === null);
    await sql.query(
      replacesNothing && specs.length <= fewJobs
        ? // A third of what `add_jobs` costs. A key of its own meets no other, so that nothing is
          // mistaken for a duplicate.
          Prisma.sql`
            SELECT graphile_worker.add_job(
              identifier, payload, run_at => run_at, priority => priority::int,
              job_key => gen_random_uuid()::text, job_key_mode => 'unsafe_dedupe'
            ) FROM ${rows}`
        : Prisma.sql`
            SELECT count(*) FROM graphile_worker.add_jobs(ARRAY(SELECT spec FROM ${rows}))`,
    );
  };

/** Without any delay. */
export const enqueue: Enqueue = createEnqueue({ mailDelayMs: 0, patientDelayMs: 0 });

/** A later job with the same key replaces the one before; the queue takes each key once a call. */
function latestOfEachKey(jobs: readonly Job[]): Job[] {
  const last = new Map(jobs.map((job) => [job.key, job]));
  return jobs.filter((job) => job.key === undefined || last.get(job.key) === job);
}

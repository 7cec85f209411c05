/**
 * Takes jobs out of the queue in any order, by hand: once, twice, not at all. Failed ones stay and
 * are due again at once.
 */
import { hourlySweeps, sweeps } from '@4geeks/api/adapters/jobs/graphile';
import { jobHandlers } from '@4geeks/api/jobs/handlers';
import type { JobHandler } from '@4geeks/api/jobs/job-handler';
import { jobPayloads, type JobName } from '@4geeks/billing/jobs';
import type { Billing } from '@4geeks/billing/ports';

import type { TestDatabase } from '../testkit/database.ts';

export interface QueuedJob {
  id: string;
  name: JobName;
  payload: unknown;
}

/** Jobs that a sweep makes again from what stands in the tables: losing one loses nothing. */
export function isFoundAgain({ name, payload }: QueuedJob): boolean {
  return (
    name === 'send-email' ||
    name === 'send-refund' ||
    name === 'settle-payment' ||
    name === 'record-dispute' ||
    (name === 'collect-invoice' &&
      (payload as { trigger: string; backupFor?: string }).trigger === 'DUNNING' &&
      !(payload as { backupFor?: string }).backupFor)
  );
}

export type JobQueue = ReturnType<typeof openJobQueue>;

/**
 * Brings everything that is under way to an end, without faults: what the sweeps find, then every
 * job, until nothing is left.
 *
 * @returns how many jobs were run.
 */
export async function finishEverything(billing: Billing, queue: JobQueue): Promise<number> {
  let run = 0;
  const finish = async (jobs: readonly QueuedJob[]) => {
    for (const job of jobs) {
      await queue.take(job);
      await queue.run(billing, job);
      await queue.done(job);
      run += 1;
    }
  };
  for (const name of [...sweeps, ...hourlySweeps]) {
    await queue.run(billing, { id: '', name, payload: {} });
    for (let jobs = await queue.waiting(100); jobs.length > 0; jobs = await queue.waiting(100)) {
      // Nothing depends on a mail but itself: the mails go out beside the rest.
      const mails = jobs.filter((job) => job.name === 'send-email');
      await Promise.all([
        finish(jobs.filter((job) => job.name !== 'send-email')),
        ...[0, 1, 2, 3].map((lane) => finish(mails.filter((_, at) => at % 4 === lane))),
      ]);
    }
  }
  return run;
}

export function openJobQueue({ sql }: Pick<TestDatabase, 'sql'>) {
  return {
    /** Oldest first; not those that run now. */
    waiting: (limit: number) =>
      sql<QueuedJob>(
        `select job.id::text as id, task.identifier as name, job.payload
         from graphile_worker._private_jobs job
         join graphile_worker._private_tasks task on task.id = job.task_id
         where job.locked_at is null order by job.id limit $1`,
        [limit],
      ),
    /** @returns false when somebody else has it. */
    async take({ id }: QueuedJob): Promise<boolean> {
      const rows = await sql(
        `update graphile_worker._private_jobs set locked_at = now(), locked_by = 'soak'
         where id = $1 and locked_at is null returning id`,
        [id],
      );
      return rows.length === 1;
    },
    putBack: ({ id }: QueuedJob) =>
      sql(
        `update graphile_worker._private_jobs
         set locked_at = null, locked_by = null, attempts = attempts + 1, run_at = now()
         where id = $1`,
        [id],
      ),
    /** What a process that died had taken. */
    putAllBack: () =>
      sql(
        `update graphile_worker._private_jobs
         set locked_at = null, locked_by = null, attempts = attempts + 1, run_at = now()
         where locked_at is not null`,
      ),
    done: ({ id }: QueuedJob) =>
      sql('delete from graphile_worker._private_jobs where id = $1', [id]),
    async run(billing: Billing, { name, payload }: QueuedJob): Promise<void> {
      const handler = jobHandlers[name] as JobHandler<JobName>;
      await handler(jobPayloads[name].parse(payload) as never, {
        billing,
        attempt: 1,
        isLastAttempt: false,
        signal: new AbortController().signal,
      });
    },
  };
}

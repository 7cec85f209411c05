/**
 * Takes jobs out of the queue in any order, by hand: once, twice, not at all. Failed ones stay and
 * are due again at once.
 */
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
    (name === 'collect-invoice' &&
      (payload as { trigger: string; backupFor?: string }).trigger === 'DUNNING' &&
      !(payload as { backupFor?: string }).backupFor)
  );
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

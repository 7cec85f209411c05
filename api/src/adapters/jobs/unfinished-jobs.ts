import type { UnfinishedJobs } from '@4geeks/billing/ports';

/**
 * Looks through the queue, which is short: jobs are found by the merchant's id anywhere in their
 * payload.
 */
export const unfinishedJobs: UnfinishedJobs = async (database, merchantId) => {
  const [left] = await database.$queryRaw<{ some: boolean; soon: boolean }[]>`
    select count(*) > 0 as some,
      coalesce(bool_or(job.locked_at is not null or job.run_at <= now()), false) as soon
    from graphile_worker._private_jobs job
    join graphile_worker._private_tasks task on task.id = job.task_id
    where strpos(job.payload::text, ${merchantId}::text) > 0
      and task.identifier <> 'advance-test-clock'
      and (
        job.locked_at is not null
        or (job.attempts < job.max_attempts and (job.run_at <= now() or job.attempts > 0))
      )`;
  if (!left?.some) return 'none';
  return left.soon ? 'soon' : 'later';
};

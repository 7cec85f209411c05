import { jobPayloads, type JobName } from '@4geeks/billing/jobs';
import type { Enqueue } from '@4geeks/billing/ports';

/** Jobs that let others go first: a charge somebody is waiting for overtakes mails about others. */
const afterOthers: ReadonlySet<JobName> = new Set([
  'send-email',
  'send-emails',
  'detach-payment-method',
]);

/**
 * Adds the job inside the caller's transaction: it becomes visible, and a waiting worker is woken,
 * with the commit.
 * @throws ZodError when the payload is not the job's; nothing is added then.
 */
export const enqueue: Enqueue = async (transaction, job) => {
  const payload = JSON.stringify(jobPayloads[job.name].parse(job.payload));
  await transaction.$executeRaw`
    select 1 from graphile_worker.add_job(
      identifier => ${job.name}::text,
      payload => ${payload}::json,
      run_at => ${job.runAt ?? null}::timestamptz,
      priority => ${afterOthers.has(job.name) ? 1 : 0}::int,
      job_key => ${job.key ?? null}::text,
      job_key_mode => 'replace'
    )`;
};

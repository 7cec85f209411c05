/** Turns our handlers into what graphile-worker runs, and its log lines into ours. */
import { jobPayloads, type JobName } from '@4geeks/billing/jobs';
import type { Billing } from '@4geeks/billing/ports';
import { Logger as GraphileLogger, type Task, type TaskList } from 'graphile-worker';
import type { Logger } from 'pino';

import type { JobHandler, JobHandlers } from '../../jobs/job-handler.ts';

export function toTaskList(
  handlers: JobHandlers,
  billing: Billing,
  log: Logger,
  onError: (name: JobName, error: unknown) => void = () => {},
): TaskList {
  const names = Object.keys(jobPayloads) as JobName[];
  return Object.fromEntries(
    names.map((name) => {
      const task: Task = async (rawPayload, { job, abortSignal }) => {
        const startedAt = performance.now();
        const facts = { job: name, jobId: job.id, attempt: job.attempts };
        try {
          const payload = jobPayloads[name].parse(rawPayload);
          const handler = handlers[name] as JobHandler<JobName>;
          await handler(payload as never, {
            billing,
            attempt: job.attempts,
            isLastAttempt: job.attempts >= job.max_attempts,
            signal: abortSignal,
          });
          log.debug({ ...facts, ms: Math.round(performance.now() - startedAt) }, 'job done');
        } catch (error) {
          log.error({ ...facts, err: error }, 'job failed');
          onError(name, error);
          // Kept in the queue's `last_error`: the name only, messages may quote data.
          throw new Error(error instanceof Error ? error.name : 'Error', { cause: error });
        }
      };
      return [name, task];
    }),
  );
}

/** Our tasks log their own failures; of the rest only trouble is worth a line. */
export function toGraphileLogger(log: Logger): GraphileLogger {
  return new GraphileLogger((scope) => (level, message) => {
    if (message.startsWith('Failed task')) return;
    if (level === 'error') log.error({ scope: scope.label }, message);
    else if (level === 'warning') log.warn({ scope: scope.label }, message);
    else log.trace({ scope: scope.label }, message);
  });
}

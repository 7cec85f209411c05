import type { Job, JobName } from '@4geeks/billing/jobs';
import type { Billing } from '@4geeks/billing/ports';

export type JobPayload<Name extends JobName> = Extract<Job, { name: Name }>['payload'];

export interface JobContext {
  billing: Billing;
  /** 1 on the first run. */
  attempt: number;
  /** Should this run fail, there is no other. */
  isLastAttempt: boolean;
  /** Aborts when the worker stops and will not wait any longer. */
  signal: AbortSignal;
}

/**
 * Runs one job: calls the use case, nothing else. Runs at least once, so twice must have one effect.
 * Throwing means "try again later".
 */
export type JobHandler<Name extends JobName> = (
  payload: JobPayload<Name>,
  context: JobContext,
) => Promise<void>;

/** A handler for every job there is. */
export type JobHandlers = { [Name in JobName]: JobHandler<Name> };

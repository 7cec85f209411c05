/**
 * The domain wired with the adapters an installation has by default, on a given database. Knows
 * nothing of the test runner, so that child processes of crash and race tests use it too.
 */
import { createWebhookReader } from '@4geeks/api/adapters/gateway/sandbox/read-webhook';
import {
  createSandboxGateway,
  type SandboxFaults,
  type SandboxGateway,
} from '@4geeks/api/adapters/gateway/sandbox/sandbox-gateway';
import { createBlobStore } from '@4geeks/api/adapters/blobs';
import { hashPassword } from '@4geeks/api/hash-password';
import { createSecretBox } from '@4geeks/api/adapters/secret-box';
import { createWebhookSender } from '@4geeks/api/adapters/webhook/webhook-sender';
import { enqueue } from '@4geeks/api/adapters/jobs/enqueue';
import { drainJobs, sweeps, type DrainFailure } from '@4geeks/api/adapters/jobs/graphile';
import { unfinishedJobs } from '@4geeks/api/adapters/jobs/unfinished-jobs';
import { readLogo } from '@4geeks/api/adapters/logo';
import { takeGatewayWebhook } from '@4geeks/api/http/gateway-webhook';
import { jobHandlers } from '@4geeks/api/jobs/handlers';
import type { JobHandler, JobHandlers } from '@4geeks/api/jobs/job-handler';
import { createLogger, type Logger } from '@4geeks/api/log';
import type { Job, JobName } from '@4geeks/billing/jobs';
import type { Billing, Clock } from '@4geeks/billing/ports';
import { ownTaxRates } from '@4geeks/billing/tax/own-tax-rates';
import { openDatabase, type Event } from '@4geeks/prisma';
import { apiId } from '@4geeks/schema/api-id';

import { openMailbox, type Mailbox } from './mailbox.ts';

export const publicUrl = 'http://payments.test';

/** Two days, by the clock of the test: a debit waits until the test has travelled so far. */
export const debitSettlementMs = 2 * 86_400_000;

const webhookSecret = `whsec_${Buffer.from('secret of webhooks in tests').toString('base64')}`;
const readWebhook = createWebhookReader(webhookSecret);

export interface WireOptions {
  url: string;
  clock: Clock;
  /** May be changed while running. */
  faults?: SandboxFaults;
  /** Most connections of the domain's pool. Default 10. */
  poolSize?: number;
  /** Runs every job twice in a row, as a queue that delivers at least once may. */
  runJobsTwice?: boolean;
  /** Called after each job, before the queue hears that it is done. */
  afterJob?: (name: JobName) => Promise<void>;
}

export interface Wired {
  billing: Billing;
  sandbox: SandboxGateway;
  mailbox: Mailbox;
  /** Events told to live subscribers, in order. */
  published: Event[];
  /** Everything logged, as lines of JSON. */
  logLines: string[];
  log: Logger;
  /** Runs every due job, and those they enqueue, until none is left. @throws the first failure. */
  drain(): Promise<void>;
  /** The same, giving the failures back. */
  drainWithFailures(): Promise<DrainFailure[]>;
  /** What the bank and the worker do every minute: settle; recover, renew, retry, re-send; then drains. */
  sweep(): Promise<void>;
  close(): Promise<void>;
}

export function wireBilling(options: WireOptions): Wired {
  const { url, clock, faults = {} } = options;
  const logLines: string[] = [];
  const log = createLogger({
    level: 'debug',
    destination: { write: (line) => void logLines.push(line) },
  });
  const sandbox = createSandboxGateway({
    connectionString: url,
    publicUrl,
    secret: 'secret of the sandbox in tests',
    now: () => clock.now(),
    faults,
    settlementMs: debitSettlementMs,
    webhooks: {
      secret: webhookSecret,
      url: () => `${publicUrl}/webhooks/gateway`,
      post: (request) => takeGatewayWebhook(billing, readWebhook, request),
    },
  });
  const mailbox = openMailbox(url);
  const database = openDatabase({ url, poolSize: options.poolSize ?? 10 });
  const webhooks = createWebhookSender({ targets: 'public-and-loopback', timeoutMs: 1000 });
  const published: Event[] = [];
  const billing: Billing = {
    database,
    clock,
    gateway: sandbox.gateway,
    mailer: mailbox.mailer,
    tax: ownTaxRates,
    blobs: createBlobStore(database),
    readLogo,
    enqueue,
    unfinishedJobs,
    secrets: createSecretBox('5e'.repeat(32)),
    webhooks,
    hashPassword,
    apiId,
    publish: (events) => void published.push(...events),
    hashKey: 'hash key of tests, not a secret',
    publicUrl,
    mailFrom: 'billing@payments.test',
    paymentRecoverySeconds: 60,
  };
  const handlers = wrapped(jobHandlers, options);

  const drainWithFailures = () => drainJobs({ connectionString: url, billing, handlers, log });
  const drain = async () => {
    const [failure] = await drainWithFailures();
    if (failure) throw new Error(`Job ${failure.job} failed`, { cause: failure.error });
  };
  return {
    billing,
    sandbox,
    mailbox,
    published,
    logLines,
    log,
    drain,
    drainWithFailures,
    async sweep() {
      await sandbox.settleDue();
      await drain();
      for (const name of sweeps) {
        await enqueue(database.sql, [{ name, payload: {}, key: name } as Job]);
        await drain();
      }
    },
    async close() {
      await Promise.all([
        database.$disconnect(),
        sandbox.close(),
        mailbox.close(),
        webhooks.close(),
      ]);
    },
  };
}

function wrapped(handlers: JobHandlers, { runJobsTwice, afterJob }: WireOptions): JobHandlers {
  return Object.fromEntries(
    Object.entries(handlers).map(([name, handler]) => {
      const handle = handler as JobHandler<JobName>;
      const wrapper: JobHandler<JobName> = async (payload, context) => {
        await handle(payload, context);
        if (runJobsTwice) await handle(payload, context);
        await afterJob?.(name as JobName);
      };
      return [name, wrapper];
    }),
  ) as unknown as JobHandlers;
}

/**
 * Lives a stretch of billing time through: the clock moves from one due instant to the next, and at
 * each everything due is renewed, collected, retried and mailed, exactly as the worker does it.
 */
import type { Job } from '@4geeks/billing/jobs';
import type { Billing, Mailer } from '@4geeks/billing/ports';
import { retryDueInvoices } from '@4geeks/billing/invoice/retry-due-invoices';
import { renewDueSubscriptions } from '@4geeks/billing/subscription/renew-due-subscriptions';
import { jobHandlers } from '../jobs/handlers.ts';
import type { JobHandler } from '../jobs/job-handler.ts';

export interface History {
  billing: Billing;
  /** Moves on to `instant` (never back), doing all that falls due on the way. */
  travelTo(instant: Date): Promise<void>;
}

export interface HistoryOptions {
  /** The installation's, but for the clock, the queue and old mail. */
  billing: Billing;
  start: Date;
  /** Shared with the gateway, which judges card expiry by it. */
  clock: { now: Date };
  /** Mails before this instant are recorded as sent and go nowhere: nobody reads a year of them. */
  mailSince: Date;
}

export function createHistory({ billing: real, start, clock, mailSince }: HistoryOptions): History {
  clock.now = start;
  const queue: Job[] = [];
  const mailer: Mailer = {
    send: async (mail) =>
      clock.now < mailSince
        ? { status: 'sent', messageId: `archived:${mail.idempotencyKey}` }
        : real.mailer.send(mail),
  };
  const billing: Billing = {
    ...real,
    clock: { now: () => clock.now },
    mailer,
    enqueue: async (_sql, jobs) => void queue.push(...jobs),
    publish: () => {},
  };
  const { signal } = new AbortController();

  async function drain(): Promise<void> {
    for (let job = queue.shift(); job; job = queue.shift()) {
      const handler = jobHandlers[job.name] as JobHandler<typeof job.name>;
      await handler(job.payload as never, { billing, attempt: 1, isLastAttempt: true, signal });
    }
  }

  async function doWhatIsDue(): Promise<void> {
    await drain();
    await renewDueSubscriptions(billing);
    await retryDueInvoices(billing);
    await drain();
  }

  async function nextDue(): Promise<Date | null> {
    const [renewal, retry] = await Promise.all([
      billing.database.subscription.aggregate({ _min: { nextRenewalAt: true } }),
      billing.database.invoice.aggregate({ _min: { nextAttemptAt: true } }),
    ]);
    const instants = [renewal._min.nextRenewalAt, retry._min.nextAttemptAt].filter(
      (instant) => instant !== null,
    );
    return instants.length === 0 ? null : new Date(Math.min(...instants.map(Number)));
  }

  return {
    billing,
    async travelTo(instant) {
      for (let due = await nextDue(); due && due <= instant; due = await nextDue()) {
        if (due > clock.now) clock.now = due;
        await doWhatIsDue();
      }
      if (instant > clock.now) clock.now = instant;
      await doWhatIsDue();
    },
  };
}

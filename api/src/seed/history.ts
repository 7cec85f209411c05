/**
 * Lives a stretch of billing time through: the clock moves from one due instant to the next, and at
 * each everything due is renewed, collected, retried and mailed, exactly as the worker does it.
 */
import type { Job } from '@4geeks/billing/jobs';
import { recoverDisputes } from '@4geeks/billing/dispute/recover-disputes';
import { recoverWaitingPayments } from '@4geeks/billing/payment/recover-payments';
import { notifyExpiringPaymentMethods } from '@4geeks/billing/payment-method/notify-expiring-payment-methods';
import type { Billing, Mailer } from '@4geeks/billing/ports';
import { retryDueInvoices } from '@4geeks/billing/invoice/retry-due-invoices';
import { renewDueSubscriptions } from '@4geeks/billing/subscription/renew-due-subscriptions';
import type { SandboxGateway } from '../adapters/gateway/sandbox/sandbox-gateway.ts';
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
  /** Shared with the gateway, which judges card expiry and settles debits by it. */
  clock: { now: Date };
  sandbox: Pick<SandboxGateway, 'settleDue' | 'nextSettlementAt'>;
  /** Mails before this instant are recorded as sent and go nowhere: nobody reads a year of them. */
  mailSince: Date;
}

export function createHistory(options: HistoryOptions): History {
  const { billing: real, start, clock, sandbox, mailSince } = options;
  clock.now = start;
  const queue: Job[] = [];
  const mailer: Mailer = {
    send: async (mails) =>
      clock.now < mailSince
        ? mails.map(({ idempotencyKey }) => ({
            status: 'sent',
            messageId: `archived:${idempotencyKey}`,
          }))
        : real.mailer.send(mails),
  };
  const billing: Billing = {
    ...real,
    clock: { now: () => clock.now },
    mailer,
    enqueue: async (_sql, jobs) => void queue.push(...jobs),
    publish: () => {},
    // What the gateway has to say is asked for at once.
    paymentRecoverySeconds: 0,
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
    const settlement = await sandbox.nextSettlementAt();
    if (settlement && settlement <= clock.now) {
      await sandbox.settleDue();
      await recoverWaitingPayments(billing);
      await recoverDisputes(billing);
    }
    await renewDueSubscriptions(billing);
    await retryDueInvoices(billing);
    await drain();
  }

  async function nextDue(): Promise<Date | null> {
    const [renewal, retry, settlement] = await Promise.all([
      billing.database.subscription.aggregate({ _min: { nextRenewalAt: true } }),
      billing.database.invoice.aggregate({ _min: { nextAttemptAt: true } }),
      sandbox.nextSettlementAt(),
    ]);
    const instants = [renewal._min.nextRenewalAt, retry._min.nextAttemptAt, settlement].filter(
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
      await notifyExpiringPaymentMethods(billing);
      await doWhatIsDue();
    },
  };
}

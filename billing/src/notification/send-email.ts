import { columnsOf, Prisma, type EmailMessage, type SqlRunner } from '@4geeks/prisma';
import type { Billing, MailOutcome } from '../ports.ts';
import { SweepFailures } from '../sweep.ts';
import { byClock } from '../test-clock/by-clock.ts';
import { inPlainTransaction, type PlainTransaction } from '../transaction.ts';
import { prepareMails, type PreparedMail } from './prepare-mails.ts';

/** Names an EmailMessage. */
export interface OwedMailKey {
  merchantId: string;
  emailMessageId: string;
}

/**
 * Sends one owed mail in its reader's language, with the merchant's text or the built-in one.
 * Running it twice sends once.
 *
 * @returns `skipped` when there is nothing to send (any more).
 * @throws whatever the mailer throws or says; the mail stays queued.
 */
export async function sendEmail(
  billing: Billing,
  key: OwedMailKey,
): Promise<'sent' | 'bounced' | 'skipped'> {
  const { outcomes, failures } = await sendTogether(billing, [key]);
  if (failures.length > 0) throw failures[0];
  return outcomes.get(key.emailMessageId) ?? 'skipped';
}

/**
 * The same for mails that came up together, of any merchants. Run again, it sends those that have
 * not gone out.
 *
 * @throws AggregateError after the others are sent, where some could not be.
 */
export async function sendEmails(
  billing: Billing,
  { messages }: { messages: readonly OwedMailKey[] },
): Promise<void> {
  const failed: unknown[] = [];
  for (const part of await byClock(billing.database.sql, messages)) {
    try {
      failed.push(...(await sendTogether(billing, part)).failures);
    } catch (error) {
      failed.push(error);
    }
  }
  const failures = new SweepFailures();
  for (const failure of failed) failures.add(failure);
  failures.throwIfAny();
}

/**
 * Sends mails that go by one clock, in one transaction: their rows are locked while they are made and
 * handed over, and a row that is locked or no longer queued is left alone. Should the process die
 * between the mailer's answer and the commit, they go out again under the same idempotency keys.
 *
 * @returns what became of each, by its id, and what went wrong with others, which stay queued.
 * @throws when nothing was sent or recorded.
 */
function sendTogether(
  billing: Billing,
  keys: readonly OwedMailKey[],
): Promise<{ outcomes: Map<string, 'sent' | 'bounced'>; failures: unknown[] }> {
  // Events of jobs name no merchant as their actor: any of those with one clock will do.
  const system = { kind: 'system', merchantId: keys[0]!.merchantId } as const;
  return inPlainTransaction(billing, system, async (transaction) => {
    const messages = await lockQueued(transaction.sql, keys);
    if (messages.length === 0) return { outcomes: new Map(), failures: [] };
    const { mails, failures } = await prepareMails(billing, transaction.sql, messages);
    if (mails.length === 0) return { outcomes: new Map(), failures };
    const answers = await billing.mailer.send(mails.map(({ mail }) => mail));
    const done: DoneMail[] = [];
    for (const [index, mail] of mails.entries()) {
      const outcome = answers[index]!;
      if (outcome.status === 'failed') failures.push(outcome.error);
      else done.push({ ...mail, outcome });
    }
    await recordOutcomes(transaction, done);
    const outcomes = new Map(done.map(({ message, outcome }) => [message.id, outcome.status]));
    return { outcomes, failures };
  });
}

/** Those that are still to be sent, and by us, each once. */
async function lockQueued(sql: SqlRunner, keys: readonly OwedMailKey[]): Promise<EmailMessage[]> {
  const merchantOf = new Map(keys.map((key) => [key.emailMessageId, key.merchantId]));
  const rows = await sql.query<EmailMessage>(Prisma.sql`
    SELECT ${columnsOf(Prisma.EmailMessageScalarFieldEnum)} FROM "EmailMessage"
    WHERE id = ANY(${[...merchantOf.keys()]}::uuid[])
      AND "merchantId" = ANY(${[...new Set(merchantOf.values())]}::uuid[]) AND status = 'QUEUED'
    ORDER BY id
    FOR UPDATE SKIP LOCKED`);
  return rows.filter(({ id, merchantId }) => merchantOf.get(id) === merchantId);
}

type DoneMail = PreparedMail & { outcome: Exclude<MailOutcome, { status: 'failed' }> };

async function recordOutcomes(
  { sql, now, record }: PlainTransaction,
  done: readonly DoneMail[],
): Promise<void> {
  if (done.length === 0) return;
  const rows = done.map(({ message: { id }, outcome }) =>
    outcome.status === 'bounced'
      ? { id, status: 'BOUNCED', failure: outcome.reason }
      : { id, status: 'SENT', providerMessageId: outcome.messageId, sentAt: now },
  );
  await sql.query(Prisma.sql`
    UPDATE "EmailMessage" AS email
    SET status = outcome.status, failure = outcome.failure,
      "providerMessageId" = outcome."providerMessageId", "sentAt" = outcome."sentAt"
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS outcome (
      id uuid, status "EmailStatus", failure text, "providerMessageId" text, "sentAt" timestamptz
    )
    WHERE email.id = outcome.id AND email.id = ANY(${rows.map(({ id }) => id)}::uuid[])`);
  for (const { message, outcome, templateError } of done) {
    const { merchantId, customerId, kind, locale, invoiceId, paymentMethodId } = message;
    const bounced = outcome.status === 'bounced';
    await record({
      merchantId,
      ...(customerId !== null && { customerId }),
      type: bounced ? 'email.bounced' : 'email.sent',
      objectType: 'email_message',
      objectId: message.id,
      data: {
        kind,
        locale,
        ...(invoiceId !== null && { invoiceId }),
        ...(paymentMethodId !== null && { paymentMethodId }),
        ...(bounced && { reason: outcome.reason }),
        ...(templateError !== null && { templateError }),
      },
    });
  }
}

import { randomUUIDv7 } from 'node:crypto';
import { Prisma, type Customer, type Locale } from '@4geeks/prisma';
import { inBatches } from '../in-batches.ts';
import type { PlainTransaction } from '../transaction.ts';
import type { OwedKind } from './kinds.ts';

/** A customer, or one of the merchant's own people. */
export type Recipient =
  | { customer: Pick<Customer, 'id' | 'email' | 'locale'> }
  | { staff: { email: string; locale: Locale } };

export type OwedEmail = Recipient & {
  merchantId: string;
  kind: OwedKind;
  /** One mail per key and merchant, for ever: `payment-failed:<payment id>`. */
  dedupeKey: string;
  /** What it is about: an invoice, with or without a payment of it, or something else. */
  invoiceId?: string;
  paymentId?: string;
  paymentMethodId?: string;
  webhookEndpointId?: string;
};

/** Sent by one job, together: few, so that a job that goes first is never far behind. */
const mostTogether = 25;

/**
 * Owes a mail to somebody, in the caller's transaction: it goes out if and only if that commits.
 * Address and language are those of now; the text is made when it is sent. Nothing happens when it is
 * owed already.
 */
export function oweEmail(
  transaction: Pick<PlainTransaction, 'send' | 'now' | 'enqueue'>,
  email: OwedEmail,
  patient = false,
): Promise<void> {
  return oweEmails(transaction, [email], patient);
}

/**
 * The same for several mails, with one statement.
 *
 * @param patient there may be thousands, for which nobody waits: those of renewals.
 */
export async function oweEmails(
  { send, now, enqueue }: Pick<PlainTransaction, 'send' | 'now' | 'enqueue'>,
  emails: readonly OwedEmail[],
  patient = false,
): Promise<void> {
  if (emails.length === 0) return;
  const rows = emails.map((email) => {
    const to = 'customer' in email ? email.customer : { id: null, ...email.staff };
    return {
      ...email,
      id: randomUUIDv7() as string,
      customerId: to.id,
      locale: to.locale,
      toAddress: to.email,
    };
  });
  send(Prisma.sql`
    INSERT INTO "EmailMessage" (
      id, "merchantId", "customerId", kind, locale, "toAddress", "dedupeKey", "invoiceId",
      "paymentId", "paymentMethodId", "webhookEndpointId", "createdAt"
    )
    SELECT id, "merchantId", "customerId", kind, locale, "toAddress", "dedupeKey", "invoiceId",
      "paymentId", "paymentMethodId", "webhookEndpointId", ${now}::timestamptz
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS email (
      id uuid, "merchantId" uuid, "customerId" uuid, kind "NotificationKind", locale "Locale",
      "toAddress" text, "dedupeKey" text, "invoiceId" uuid, "paymentId" uuid,
      "paymentMethodId" uuid, "webhookEndpointId" uuid
    )
    ON CONFLICT ("merchantId", "dedupeKey") DO NOTHING`);
  // A job for one that is owed already finds no mail, and is done.
  const messages = rows.map(({ id, merchantId }) => ({ merchantId, emailMessageId: id }));
  for (const batch of inBatches(messages, mostTogether)) {
    const [first] = batch;
    if (batch.length === 1 && first) await enqueue({ name: 'send-email', payload: first, patient });
    else await enqueue({ name: 'send-emails', payload: { messages: batch }, patient });
  }
}

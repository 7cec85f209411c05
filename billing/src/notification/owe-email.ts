import { randomUUIDv7 } from 'node:crypto';
import type { Customer } from '@4geeks/prisma';
import { inBatches } from '../in-batches.ts';
import { toJson } from '../insert-rows.ts';
import type { BillingTransaction } from '../transaction.ts';
import type { OwedKind } from './kinds.ts';

export interface OwedEmail {
  merchantId: string;
  customer: Pick<Customer, 'id' | 'email' | 'locale'>;
  kind: OwedKind;
  /** One mail per key and merchant, for ever: `payment-failed:<payment id>`. */
  dedupeKey: string;
  invoiceId: string;
  paymentId?: string;
}

/** Sent by one job, one after the other. */
const mostTogether = 50;

/**
 * Owes mails to customers, in the caller's transaction: they go out if and only if that commits.
 * Addresses and languages are those of now; the texts are made when they are sent. A mail that is
 * owed already is not owed again.
 */
export async function oweEmails(
  { database, now, enqueue }: BillingTransaction,
  emails: readonly OwedEmail[],
): Promise<void> {
  if (emails.length === 0) return;
  const rows = emails.map(({ customer, ...email }) => ({
    ...email,
    id: randomUUIDv7(),
    customerId: customer.id,
    locale: customer.locale,
    toAddress: customer.email,
    createdAt: now,
  }));
  // By hand: Prisma compiles an insert that may find its row there anew at every call.
  const owed = await database.$queryRaw<{ id: string; merchantId: string }[]>`
    INSERT INTO "EmailMessage" (
      id, "merchantId", "customerId", kind, locale, "toAddress", "dedupeKey", "invoiceId",
      "paymentId", "createdAt"
    )
    SELECT id, "merchantId", "customerId", kind, locale, "toAddress", "dedupeKey", "invoiceId",
      "paymentId", "createdAt"
    FROM jsonb_to_recordset(${toJson(rows)}::jsonb) AS email (
      id uuid, "merchantId" uuid, "customerId" uuid, kind "NotificationKind", locale "Locale",
      "toAddress" text, "dedupeKey" text, "invoiceId" uuid, "paymentId" uuid,
      "createdAt" timestamptz
    )
    ON CONFLICT ("merchantId", "dedupeKey") DO NOTHING
    RETURNING id, "merchantId"`;
  const messages = owed.map(({ id, merchantId }) => ({ merchantId, emailMessageId: id }));
  for (const batch of inBatches(messages, mostTogether)) {
    const [first] = batch;
    if (batch.length === 1 && first) await enqueue({ name: 'send-email', payload: first });
    else await enqueue({ name: 'send-emails', payload: { messages: batch } });
  }
}

/** Owes one mail: see {@link oweEmails}. */
export function oweEmail(transaction: BillingTransaction, email: OwedEmail): Promise<void> {
  return oweEmails(transaction, [email]);
}

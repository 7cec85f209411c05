import { randomUUIDv7 } from 'node:crypto';
import type { Customer } from '@4geeks/prisma';
import type { BillingTransaction } from '../transaction.ts';
import type { OwedKind } from './kinds.ts';

export interface OwedEmail {
  merchantId: string;
  customer: Pick<Customer, 'id' | 'email' | 'locale'>;
  kind: OwedKind;
  /** One mail per key and merchant, for ever: `payment-failed:<payment id>`. */
  dedupeKey: string;
  /** What it is about: an invoice, with or without a payment of it, or a payment method. */
  invoiceId?: string;
  paymentId?: string;
  paymentMethodId?: string;
}

/**
 * Owes a mail to a customer, in the caller's transaction: it goes out if and only if that commits.
 * Address and language are those of now; the text is made when it is sent.
 *
 * @returns the EmailMessage's id, or null when this mail is owed already.
 */
export async function oweEmail(
  { database, now, enqueue }: BillingTransaction,
  { customer, ...email }: OwedEmail,
): Promise<string | null> {
  // By hand: Prisma compiles an insert that may find its row there anew at every call.
  const [owed] = await database.$queryRaw<{ id: string }[]>`
    INSERT INTO "EmailMessage" (
      id, "merchantId", "customerId", kind, locale, "toAddress", "dedupeKey", "invoiceId",
      "paymentId", "paymentMethodId", "createdAt"
    )
    VALUES (
      ${randomUUIDv7()}::uuid, ${email.merchantId}::uuid, ${customer.id}::uuid,
      ${email.kind}::"NotificationKind", ${customer.locale}::"Locale", ${customer.email},
      ${email.dedupeKey}, ${email.invoiceId ?? null}::uuid, ${email.paymentId ?? null}::uuid,
      ${email.paymentMethodId ?? null}::uuid, ${now}::timestamptz
    )
    ON CONFLICT ("merchantId", "dedupeKey") DO NOTHING
    RETURNING id`;
  if (!owed) return null;
  await enqueue({
    name: 'send-email',
    payload: { merchantId: email.merchantId, emailMessageId: owed.id },
  });
  return owed.id;
}

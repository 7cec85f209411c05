import type { Customer } from '@4geeks/prisma';
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
  const [owed] = await database.emailMessage.createManyAndReturn({
    data: [
      {
        ...email,
        customerId: customer.id,
        locale: customer.locale,
        toAddress: customer.email,
        createdAt: now,
      },
    ],
    skipDuplicates: true,
    select: { id: true },
  });
  if (!owed) return null;
  await enqueue({
    name: 'send-email',
    payload: { merchantId: email.merchantId, emailMessageId: owed.id },
  });
  return owed.id;
}

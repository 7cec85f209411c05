import type { Payment, Prisma } from '@4geeks/prisma';
import { oweEmail } from '../notification/owe-email.ts';
import { recoverSubscription } from '../subscription/recover-subscription.ts';
import type { BillingTransaction } from '../transaction.ts';
import { amountDue } from './amount-due.ts';
import { recoverDunningCase } from './dunning-case.ts';

/** What is read of an invoice that may have been collected: all that follows from it. */
export function collectedInvoice(invoiceId: string) {
  return {
    customer: { select: { id: true, email: true, locale: true } },
    subscription: {
      include: {
        merchant: { select: { timeZone: true } },
        // What else of it is past due.
        invoices: {
          where: { status: 'OPEN', pastDueSince: { not: null }, id: { not: invoiceId } },
          select: { id: true },
          take: 1,
        },
      },
    },
  } satisfies Prisma.InvoiceInclude;
}

export type CollectedInvoice = Prisma.InvoiceGetPayload<{
  include: ReturnType<typeof collectedInvoice>;
}>;

/**
 * What a succeeded payment means for its invoice and subscription: paid, no longer past due, a
 * receipt owed. Part of settling; the invoice is locked.
 *
 * @param before read under the lock.
 */
export async function recordCollectedInvoice(
  transaction: BillingTransaction,
  payment: Payment,
  before: CollectedInvoice,
): Promise<void> {
  const { database, now, record } = transaction;
  const { merchantId, customerId } = payment;
  const amountPaidMinor = before.amountPaidMinor + payment.amountMinor;
  const paid = amountDue({ ...before, amountPaidMinor }) <= 0n;
  await database.invoice.update({
    where: { id: before.id },
    data: {
      amountPaidMinor,
      ...(paid ? { status: 'PAID', paidAt: now, nextAttemptAt: null } : {}),
    },
  });
  if (!paid) return;

  await recoverDunningCase(database, payment, now);
  await record({
    merchantId,
    customerId,
    type: 'invoice.paid',
    objectType: 'invoice',
    objectId: before.id,
    data: {
      number: before.number,
      totalMinor: before.totalMinor.toString(),
      currency: before.currency,
      recovered: before.pastDueSince !== null,
    },
  });
  await oweEmail(transaction, {
    merchantId,
    customer: before.customer,
    kind: 'PAYMENT_RECEIPT',
    dedupeKey: `payment-receipt:${payment.id}`,
    invoiceId: before.id,
    paymentId: payment.id,
  });
  if (before.subscription) await recoverSubscription(transaction, before.subscription);
}

import type { Payment } from '@4geeks/prisma';
import { oweEmail } from '../notification/owe-email.ts';
import { resumeRenewals } from '../subscription/resume-renewals.ts';
import type { BillingTransaction } from '../transaction.ts';

/**
 * What a succeeded payment means for its invoice and subscription: paid, no longer past due, a
 * receipt owed. Part of settling; the invoice is locked.
 */
export async function recordCollectedInvoice(
  transaction: BillingTransaction,
  payment: Payment,
): Promise<void> {
  const { database, now, record } = transaction;
  const { merchantId, customerId } = payment;
  const before = await database.invoice.findUniqueOrThrow({
    where: { id: payment.invoiceId },
    include: { customer: true },
  });
  const amountPaidMinor = before.amountPaidMinor + payment.amountMinor;
  const paid = amountPaidMinor >= before.totalMinor;
  await database.invoice.update({
    where: { id: before.id },
    data: {
      amountPaidMinor,
      ...(paid ? { status: 'PAID', paidAt: now, nextAttemptAt: null } : {}),
    },
  });
  if (!paid) return;

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
  if (before.subscriptionId)
    await recoverSubscription(transaction, merchantId, before.subscriptionId);
}

/** A subscription is active again once none of its invoices is past due. */
async function recoverSubscription(
  { database, now, record }: BillingTransaction,
  merchantId: string,
  subscriptionId: string,
): Promise<void> {
  const stillPastDue = await database.invoice.count({
    where: { merchantId, subscriptionId, status: 'OPEN', pastDueSince: { not: null } },
  });
  if (stillPastDue > 0) return;
  const subscription = await database.subscription.findUniqueOrThrow({
    where: { id: subscriptionId },
    include: { merchant: { select: { timeZone: true } } },
  });
  const { status, customerId } = subscription;
  if (status !== 'PAST_DUE' && status !== 'UNPAID') return;
  await database.subscription.update({
    where: { id: subscriptionId },
    data: {
      status: 'ACTIVE',
      ...(status === 'UNPAID' && !subscription.cancelAtPeriodEnd
        ? resumeRenewals(subscription, now)
        : {}),
    },
  });
  await record({
    merchantId,
    customerId,
    type: 'subscription.recovered',
    objectType: 'subscription',
    objectId: subscriptionId,
    data: {},
  });
}

import { Prisma } from '@4geeks/prisma';
import { oweEmails } from '../notification/owe-email.ts';
import type { CollectedPayment } from '../payment/settle-succeeded-payments.ts';
import {
  recoverSubscriptions,
  type SubscriptionStanding,
} from '../subscription/recover-subscription.ts';
import type { PlainTransaction } from '../transaction.ts';
import { amountDue } from './amount-due.ts';

/**
 * What succeeded payments mean for their invoices and subscriptions: paid, no longer past due,
 * receipts owed. Part of settling; invoices and subscriptions are locked.
 *
 * @param payments one an invoice, with the invoice as it was before; read under the lock.
 * @param standings of the subscriptions these invoices bill; read under the lock.
 */
export async function recordCollectedInvoices(
  transaction: PlainTransaction,
  payments: readonly CollectedPayment[],
  standings: readonly SubscriptionStanding[],
): Promise<void> {
  const { now, record, send } = transaction;
  const invoices = payments.map((payment) => {
    const amountPaidMinor = payment.amountPaidMinor + payment.amountMinor;
    const paid = amountDue({ ...payment, amountPaidMinor }) <= 0n;
    return { payment, amountPaidMinor, paid };
  });
  const paid = invoices.filter((invoice) => invoice.paid).map(({ payment }) => payment);
  for (const { merchantId, customerId, invoiceId, ...invoice } of paid) {
    await record({
      merchantId,
      customerId,
      type: 'invoice.paid',
      objectType: 'invoice',
      objectId: invoiceId,
      data: {
        number: invoice.number,
        totalMinor: invoice.totalMinor.toString(),
        currency: invoice.currency,
        recovered: invoice.pastDueSince !== null,
      },
    });
  }
  const paidIds = new Set(paid.map(({ invoiceId }) => invoiceId));
  const billed = new Set(paid.map(({ subscriptionId }) => subscriptionId));
  updateInvoices(send, now, invoices);
  recoverDunningCases(send, now, paid);
  await Promise.all([
    oweReceipts(
      transaction,
      paid.filter(({ trigger }) => trigger !== 'RENEWAL'),
      false,
    ),
    oweReceipts(
      transaction,
      paid.filter(({ trigger }) => trigger === 'RENEWAL'),
      true,
    ),
    recoverSubscriptions(
      transaction,
      standings
        .filter(({ id }) => billed.has(id))
        .map((standing) => ({
          ...standing,
          invoices: standing.invoices.filter(({ id }) => !paidIds.has(id)),
        })),
    ),
  ]);
}

function oweReceipts(
  transaction: PlainTransaction,
  paid: readonly CollectedPayment[],
  patient: boolean,
): Promise<void> {
  return oweEmails(
    transaction,
    paid.map(({ id, merchantId, invoiceId, customerId, email, locale }) => ({
      merchantId,
      customer: { id: customerId, email, locale },
      kind: 'PAYMENT_RECEIPT',
      dedupeKey: `payment-receipt:${id}`,
      invoiceId,
      paymentId: id,
    })),
    patient,
  );
}

/** Adds what was paid; those paid in full are done with. */
function updateInvoices(
  send: PlainTransaction['send'],
  now: Date,
  invoices: readonly { payment: CollectedPayment; amountPaidMinor: bigint; paid: boolean }[],
): void {
  const rows = invoices.map(({ payment, amountPaidMinor, paid }) => ({
    id: payment.invoiceId,
    amountPaidMinor: amountPaidMinor.toString(),
    paid,
  }));
  send(Prisma.sql`
    UPDATE "Invoice" AS invoice
    SET "amountPaidMinor" = collected."amountPaidMinor",
      status = CASE WHEN paid THEN 'PAID' ELSE invoice.status END,
      "paidAt" = CASE WHEN paid THEN ${now}::timestamptz ELSE "paidAt" END,
      "nextAttemptAt" = CASE WHEN paid THEN NULL ELSE "nextAttemptAt" END
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS collected (
      id uuid, "amountPaidMinor" bigint, paid boolean
    )
    WHERE invoice.id = collected.id
      AND invoice.id = ANY(${rows.map(({ id }) => id)}::uuid[])`);
}

/** An invoice that never failed has no case. One given up was given up too early. */
function recoverDunningCases(
  send: PlainTransaction['send'],
  now: Date,
  paid: readonly CollectedPayment[],
): void {
  const rows = paid
    .filter(({ pastDueSince }) => pastDueSince !== null)
    .map(({ invoiceId, trigger, attemptNumber }) => ({ invoiceId, trigger, attemptNumber }));
  if (rows.length === 0) return;
  send(Prisma.sql`
    UPDATE "DunningCase" AS dunning
    SET "recoveredAt" = ${now}::timestamptz, "recoveredBy" = trigger,
      "recoveredAttempt" = "attemptNumber", "lostAt" = NULL
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS paid (
      "invoiceId" uuid, trigger "PaymentTrigger", "attemptNumber" int
    )
    WHERE dunning."invoiceId" = paid."invoiceId"
      AND dunning."invoiceId" = ANY(${rows.map(({ invoiceId }) => invoiceId)}::uuid[])`);
}

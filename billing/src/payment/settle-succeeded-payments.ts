import { Prisma, type Customer, type Invoice, type Payment, type SqlRunner } from '@4geeks/prisma';
import { lockInvoices, rowsNamed } from '../access/lock.ts';
import type { SystemViewer } from '../access/viewer.ts';
import { recordCollectedInvoices } from '../invoice/record-collected-invoices.ts';
import { readStandingsOf } from '../subscription/recover-subscription.ts';
import type { Billing } from '../ports.ts';
import { inPlainTransaction, type PlainTransaction } from '../transaction.ts';
import type { SettledPayment } from './settle-payment.ts';
import { inFlightStatuses } from './statuses.ts';

export type SucceededPayment = SettledPayment & { gatewayPaymentId: string };

/** A payment that succeeded, with the invoice it was for as it was before. */
export type CollectedPayment = Pick<
  Payment,
  'id' | 'merchantId' | 'customerId' | 'invoiceId' | 'status' | 'trigger' | 'attemptNumber'
> &
  Pick<Payment, 'amountMinor' | 'currency'> &
  Pick<Customer, 'email' | 'locale'> &
  Pick<
    Invoice,
    | 'number'
    | 'subscriptionId'
    | 'totalMinor'
    | 'amountPaidMinor'
    | 'amountCreditedMinor'
    | 'balanceAppliedMinor'
    | 'pastDueSince'
  >;

/**
 * Records that charges succeeded, each once, in one transaction (of merchants that go by one clock):
 * payments, invoices, subscriptions and receipts. Locks the invoices and their subscriptions.
 *
 * @returns what became of each, in their order.
 */
export async function settleSucceededPayments(
  billing: Billing,
  payments: readonly SucceededPayment[],
): Promise<('succeeded' | 'already_settled')[]> {
  const [first] = payments;
  if (!first) return [];
  // Events of the system name no merchant as their actor: any of those with one clock will do.
  const system: SystemViewer = { kind: 'system', merchantId: first.merchantId };
  return inPlainTransaction(billing, system, async (transaction) => {
    const { sql } = transaction;
    const invoices = payments.map(({ merchantId, invoiceId: id }) => ({ merchantId, id }));
    const [, rows, standings] = await Promise.all([
      lockInvoices(sql, invoices),
      readCollected(sql, payments),
      readStandingsOf(sql, invoices),
    ]);
    const unsettled = new Map(
      rows.filter(({ status }) => inFlightStatuses.has(status)).map((row) => [row.id, row]),
    );
    const collected: CollectedPayment[] = [];
    const results = payments.map(({ id }) => {
      const row = unsettled.get(id);
      if (!row) return 'already_settled';
      unsettled.delete(id);
      collected.push(row);
      return 'succeeded';
    });
    if (collected.length > 0) {
      const tokens = new Map(payments.map(({ id, gatewayPaymentId }) => [id, gatewayPaymentId]));
      await Promise.all([
        recordSucceeded(transaction, collected, tokens),
        recordCollectedInvoices(transaction, collected, standings),
      ]);
    }
    return results;
  });
}

/** Read under the invoices' locks. */
function readCollected(
  sql: SqlRunner,
  payments: readonly SucceededPayment[],
): Promise<CollectedPayment[]> {
  return sql.query<CollectedPayment>(Prisma.sql`
    SELECT payment.id, payment."merchantId", payment."customerId", payment."invoiceId",
      payment.status, payment.trigger, payment."attemptNumber", payment."amountMinor",
      payment.currency, email, customer.locale, number, "subscriptionId", "totalMinor",
      "amountPaidMinor", "amountCreditedMinor", "balanceAppliedMinor", "pastDueSince"
    FROM "Payment" AS payment
    JOIN "Invoice" AS invoice ON invoice.id = payment."invoiceId"
    JOIN "Customer" AS customer ON customer.id = payment."customerId"
    JOIN ${rowsNamed(payments)} ON asked.id = payment.id`);
}

async function recordSucceeded(
  { send, now, record }: PlainTransaction,
  collected: readonly CollectedPayment[],
  gatewayPaymentIds: ReadonlyMap<string, string>,
): Promise<void> {
  for (const payment of collected) {
    await record({
      merchantId: payment.merchantId,
      customerId: payment.customerId,
      type: 'payment.succeeded',
      objectType: 'payment',
      objectId: payment.id,
      data: {
        invoiceId: payment.invoiceId,
        amountMinor: payment.amountMinor.toString(),
        currency: payment.currency,
        trigger: payment.trigger,
      },
    });
  }
  const rows = collected.map(({ id }) => ({ id, gatewayPaymentId: gatewayPaymentIds.get(id) }));
  send(Prisma.sql`
    UPDATE "Payment" AS payment
    SET status = 'SUCCEEDED', "gatewayPaymentId" = settled."gatewayPaymentId",
      "actionUrl" = NULL, "settledAt" = ${now}::timestamptz
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS settled (
      id uuid, "gatewayPaymentId" text
    )
    WHERE payment.id = settled.id
      -- Says that they are few: by index, whatever the size of the table.
      AND payment.id = ANY(${collected.map(({ id }) => id)}::uuid[])`);
}

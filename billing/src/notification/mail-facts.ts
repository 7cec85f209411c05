/** What a mail about an invoice is made of, as rows. */
import {
  Prisma,
  type Invoice,
  type Payment,
  type PaymentMethod,
  type SqlRunner,
} from '@4geeks/prisma';
import { NotFoundError } from '../errors.ts';
import { nextRetryAt } from '../invoice/dunning-end.ts';
import type { MerchantFacts } from './merchant-facts.ts';
import { namesOf } from './product-names.ts';

type MethodFacts = Pick<PaymentMethod, 'brand' | 'last4'>;

export interface MailFacts {
  merchant: MerchantFacts;
  customerName: string;
  invoice: Pick<
    Invoice,
    | 'id'
    | 'number'
    | 'currency'
    | 'totalMinor'
    | 'amountPaidMinor'
    | 'amountCreditedMinor'
    | 'balanceAppliedMinor'
    | 'dueAt'
    | 'paidAt'
    | 'periodStart'
    | 'periodEnd'
    | 'nextAttemptAt'
    | 'subscriptionId'
  >;
  lines: { description: string; names: Readonly<Partial<Record<string, string>>> }[];
  payment: Pick<Payment, 'amountMinor' | 'declineCode' | 'settledAt' | 'createdAt'> | null;
  /** The payment's method; without a payment, the default one as it is now. */
  method: MethodFacts | null;
}

/** An invoice, with or without a payment of it. */
export interface MailSubject {
  merchantId: string;
  invoiceId: string;
  paymentId: string | null;
}

type InvoiceRow = MailFacts['invoice'] & {
  merchantId: string;
  customerName: string;
  lostAt: Date | null;
  defaultMethod: MethodFacts | null;
};
type LineRow = MailFacts['lines'][number] & { invoiceId: string };
type PaymentRow = NonNullable<MailFacts['payment']> &
  MethodFacts & { id: string; merchantId: string };

/**
 * Reads what several mails are about, with three statements.
 *
 * @returns says what one of them is made of, given its merchant; throws NotFoundError when its merchant has no such
 *   invoice or payment.
 */
export async function loadMailFacts(
  sql: SqlRunner,
  subjects: readonly MailSubject[],
): Promise<(subject: MailSubject, merchant: MerchantFacts) => MailFacts> {
  const invoiceIds = [...new Set(subjects.map(({ invoiceId }) => invoiceId))];
  const paymentIds = subjects.flatMap(({ paymentId }) => paymentId ?? []);
  const [invoices, lines, payments] = await Promise.all([
    invoiceIds.length > 0 ? readInvoices(sql, invoiceIds) : [],
    invoiceIds.length > 0 ? readLines(sql, invoiceIds) : [],
    paymentIds.length > 0 ? readPayments(sql, paymentIds) : [],
  ]);
  const invoiceOf = new Map(invoices.map((invoice) => [invoice.id, invoice]));
  const linesOf = Map.groupBy(lines, ({ invoiceId }) => invoiceId);
  const paymentOf = new Map(payments.map((payment) => [payment.id, payment]));

  return ({ merchantId, invoiceId, paymentId }, merchant) => {
    const invoice = invoiceOf.get(invoiceId);
    if (invoice?.merchantId !== merchantId) throw new NotFoundError('Invoice');
    const payment = paymentId === null ? null : paymentOf.get(paymentId);
    if (payment !== null && payment?.merchantId !== merchantId) throw new NotFoundError('Payment');
    return {
      merchant,
      customerName: invoice.customerName,
      // A final action that is ahead is no attempt to announce.
      invoice: { ...invoice, nextAttemptAt: nextRetryAt(invoice, invoice) },
      lines: linesOf.get(invoiceId) ?? [],
      payment,
      method: payment ?? invoice.defaultMethod,
    };
  };
}

/** With the customer's name and default method as they are now. */
function readInvoices(sql: SqlRunner, ids: readonly string[]): Promise<InvoiceRow[]> {
  return sql.query<InvoiceRow>(Prisma.sql`
    SELECT invoice.id, invoice."merchantId", invoice.number, invoice.currency,
      invoice."totalMinor", invoice."amountPaidMinor", invoice."amountCreditedMinor",
      invoice."balanceAppliedMinor", invoice."dueAt", invoice."paidAt", invoice."periodStart",
      invoice."periodEnd", invoice."nextAttemptAt", invoice."subscriptionId",
      customer.name AS "customerName", "case"."lostAt",
      CASE WHEN method.id IS NOT NULL
        THEN jsonb_build_object('brand', method.brand, 'last4', method.last4)
      END AS "defaultMethod"
    FROM "Invoice" AS invoice
    JOIN "Customer" AS customer ON customer.id = invoice."customerId"
    LEFT JOIN "DunningCase" AS "case" ON "case"."invoiceId" = invoice.id
    LEFT JOIN "PaymentMethod" AS method ON method."customerId" = invoice."customerId"
      AND method."isDefault" AND method."removedAt" IS NULL
    WHERE invoice.id = ANY(${ids}::uuid[])`);
}

/** In their order, with the product's names by language. */
function readLines(sql: SqlRunner, invoiceIds: readonly string[]): Promise<LineRow[]> {
  return sql.query<LineRow>(Prisma.sql`
    SELECT line."invoiceId", line.description, ${namesOf(Prisma.sql`price."productId"`)} AS names
    FROM "InvoiceLine" AS line
    LEFT JOIN "Price" AS price ON price.id = line."priceId"
    WHERE line."invoiceId" = ANY(${invoiceIds}::uuid[])
    ORDER BY line."invoiceId", line.position`);
}

function readPayments(sql: SqlRunner, ids: readonly string[]): Promise<PaymentRow[]> {
  return sql.query<PaymentRow>(Prisma.sql`
    SELECT payment.id, payment."merchantId", payment."amountMinor", payment."declineCode",
      payment."settledAt", payment."createdAt", method.brand, method.last4
    FROM "Payment" AS payment
    JOIN "PaymentMethod" AS method ON method.id = payment."paymentMethodId"
    WHERE payment.id = ANY(${ids}::uuid[])`);
}

import { randomUUIDv7 } from 'node:crypto';
import type { Customer, Invoice, InvoiceLine, PaymentTrigger } from '@4geeks/prisma';
import { takeFromBalances } from '../balance/apply-balance.ts';
import { recordDiscounts } from '../discount/record-discounts.ts';
import { insertRows } from '../insert-rows.ts';
import type { BillingTransaction } from '../transaction.ts';
import { announceInvoices } from './announce-invoice.ts';
import { billedTo } from './billed-to.ts';
import type { PricedInvoice, PricedLine } from './price-invoices.ts';
import { takeInvoiceNumbers } from './take-invoice-number.ts';

export interface NewInvoice {
  merchantId: string;
  customer: Customer;
  subscriptionId: string;
  currency: string;
  /** Lines in the order of the document. The total is not negative. */
  priced: PricedInvoice;
  /** The subscription period billed as a whole; null where it is for a part of one. */
  period: { start: Date; end: Date } | null;
  /** Why it is collected, at once and by a job. */
  trigger: PaymentTrigger;
}

/**
 * Issues finalized, numbered invoices, any number with the same few statements: what their
 * customers' balances hold is taken off them, the mails that announce them are owed, and jobs collect
 * the rest. An invoice with nothing due is paid as it is issued. Part of the caller's transaction.
 *
 * @returns them in the order given, which is that of their numbers.
 */
export async function issueInvoices(
  transaction: BillingTransaction,
  invoices: readonly NewInvoice[],
): Promise<Invoice[]> {
  const { database, now } = transaction;
  if (invoices.length === 0) return [];
  const numbers = await takeInvoiceNumbers(
    database,
    invoices.map(({ merchantId }) => merchantId),
  );
  const balances = await takeFromBalances(
    transaction,
    invoices.map(({ merchantId, customer, currency, priced: { totalMinor } }) => ({
      merchantId,
      customerId: customer.id,
      currency,
      totalMinor,
    })),
  );
  const issued = invoices.map((from, index) => ({
    from,
    invoice: invoiceRow(from, numbers[index]!, balances[index]!, now),
  }));
  await insertRows(
    database,
    'Invoice',
    issued.map(({ invoice }) => invoice),
  );
  await insertRows(
    database,
    'InvoiceLine',
    issued.flatMap(({ from, invoice }) =>
      from.priced.lines.map((line, position) => lineRow(invoice, line, position)),
    ),
  );
  await recordDiscounts(
    transaction,
    issued.map(({ from, invoice }) => ({ invoice, discounts: from.priced.discounts })),
  );
  await announceInvoices(
    transaction,
    issued.map(({ from: { customer, trigger }, invoice }) => ({ invoice, customer, trigger })),
  );
  return issued.map(({ invoice }) => invoice);
}

/** Issues one: see {@link issueInvoices}. */
export async function issueInvoice(
  transaction: BillingTransaction,
  invoice: NewInvoice,
): Promise<Invoice> {
  const [issued] = await issueInvoices(transaction, [invoice]);
  return issued!;
}

function invoiceRow(
  { merchantId, customer, subscriptionId, currency, priced, period }: NewInvoice,
  number: string,
  balanceAppliedMinor: bigint,
  now: Date,
): Invoice {
  const { lines: _lines, discounts: _discounts, ...totals } = priced;
  const nothingDue = totals.totalMinor === balanceAppliedMinor;
  return {
    id: randomUUIDv7(),
    merchantId,
    customerId: customer.id,
    subscriptionId,
    status: nothingDue ? 'PAID' : 'OPEN',
    number,
    currency,
    ...totals,
    amountPaidMinor: 0n,
    amountCreditedMinor: 0n,
    balanceAppliedMinor,
    balanceCreditedMinor: 0n,
    periodStart: period?.start ?? null,
    periodEnd: period?.end ?? null,
    finalizedAt: now,
    dueAt: now,
    dueDays: null,
    paidAt: nothingDue ? now : null,
    voidedAt: null,
    uncollectibleAt: null,
    pastDueSince: null,
    dunningPolicyId: null,
    dunningRetries: 0,
    nextAttemptAt: null,
    ...billedTo(customer),
    memo: null,
    footer: null,
    createdAt: now,
  };
}

function lineRow(
  { id: invoiceId, merchantId }: Invoice,
  line: PricedLine,
  position: number,
): InvoiceLine {
  return {
    ...line,
    id: line.id ?? randomUUIDv7(),
    merchantId,
    invoiceId,
    position,
    priceId: line.priceId ?? null,
    periodStart: line.periodStart ?? null,
    periodEnd: line.periodEnd ?? null,
    proration: line.proration ?? false,
  };
}

import { randomUUIDv7 } from 'node:crypto';
import type { Customer, Invoice, PaymentTrigger, Prisma } from '@4geeks/prisma';
import { takeFromBalances } from '../balance/apply-balance.ts';
import { insertRows } from '../insert-rows.ts';
import type { BillingTransaction } from '../transaction.ts';
import { announceInvoices } from './announce-invoice.ts';
import { takeInvoiceNumbers } from './take-invoice-number.ts';

/** A line as it is decided; its invoice and position come of issuing it. */
export type NewInvoiceLine = Omit<
  Prisma.InvoiceLineCreateManyInput,
  'merchantId' | 'invoiceId' | 'position' | 'amountMinor' | 'periodStart' | 'periodEnd'
> & { amountMinor: bigint; periodStart?: Date | null; periodEnd?: Date | null };

export interface NewInvoice {
  merchantId: string;
  customer: Customer;
  subscriptionId: string;
  currency: string;
  /** In the order of the document. Their sum is not negative. */
  lines: readonly NewInvoiceLine[];
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
  const totals = invoices.map(({ lines }) =>
    lines.reduce((sum, line) => sum + line.amountMinor, 0n),
  );
  const numbers = await takeInvoiceNumbers(
    database,
    invoices.map(({ merchantId }) => merchantId),
  );
  const balances = await takeFromBalances(
    transaction,
    invoices.map(({ merchantId, customer, currency }, index) => ({
      merchantId,
      customerId: customer.id,
      currency,
      totalMinor: totals[index]!,
    })),
  );
  const issued = invoices.map((invoice, index) =>
    invoiceRow(invoice, {
      number: numbers[index]!,
      totalMinor: totals[index]!,
      balanceAppliedMinor: balances[index]!,
      now,
    }),
  );
  await insertRows(database, 'Invoice', issued);
  await insertRows(
    database,
    'InvoiceLine',
    issued.flatMap(({ id: invoiceId, merchantId }, index) =>
      invoices[index]!.lines.map((line, position) => ({
        ...line,
        id: line.id ?? randomUUIDv7(),
        merchantId,
        invoiceId,
        position,
        priceId: line.priceId ?? null,
        unitAmountMinor: BigInt(line.unitAmountMinor),
        taxRateBps: line.taxRateBps ?? 0,
        taxMinor: BigInt(line.taxMinor ?? 0),
        periodStart: line.periodStart ?? null,
        periodEnd: line.periodEnd ?? null,
        proration: line.proration ?? false,
      })),
    ),
  );
  await announceInvoices(
    transaction,
    issued.map((invoice, index) => {
      const { customer, trigger } = invoices[index]!;
      return { invoice, customer, trigger };
    }),
  );
  return issued;
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
  { merchantId, customer, subscriptionId, currency, period }: NewInvoice,
  {
    number,
    totalMinor,
    balanceAppliedMinor,
    now,
  }: { number: string; totalMinor: bigint; balanceAppliedMinor: bigint; now: Date },
): Invoice {
  const nothingDue = totalMinor === balanceAppliedMinor;
  return {
    id: randomUUIDv7(),
    merchantId,
    customerId: customer.id,
    subscriptionId,
    status: nothingDue ? 'PAID' : 'OPEN',
    number,
    currency,
    subtotalMinor: totalMinor,
    taxMinor: 0n,
    totalMinor,
    amountPaidMinor: 0n,
    amountCreditedMinor: 0n,
    balanceAppliedMinor,
    periodStart: period?.start ?? null,
    periodEnd: period?.end ?? null,
    finalizedAt: now,
    dueAt: now,
    paidAt: nothingDue ? now : null,
    voidedAt: null,
    uncollectibleAt: null,
    pastDueSince: null,
    dunningPolicyId: null,
    dunningRetries: 0,
    nextAttemptAt: null,
    customerName: customer.name,
    customerEmail: customer.email,
    customerAddress: customer.address,
    locale: customer.locale,
    memo: null,
    footer: null,
    createdAt: now,
  };
}

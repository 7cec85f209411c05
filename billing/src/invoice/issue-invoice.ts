import type { Customer, Invoice, PaymentTrigger, Prisma } from '@4geeks/prisma';
import { takeFromBalance } from '../balance/apply-balance.ts';
import type { BillingTransaction } from '../transaction.ts';
import { announceInvoice } from './announce-invoice.ts';
import { takeInvoiceNumber } from './take-invoice-number.ts';

/** A line as it is decided; its invoice and position come of issuing it. */
export type NewInvoiceLine = Omit<
  Prisma.InvoiceLineCreateManyInput,
  'merchantId' | 'invoiceId' | 'position' | 'amountMinor'
> & { amountMinor: bigint };

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
 * Issues a finalized, numbered invoice: what the customer's balance holds is taken off it, the mail
 * that announces it is owed, and a job collects the rest. An invoice with nothing due is paid as it
 * is issued. Part of the caller's transaction.
 */
export async function issueInvoice(
  transaction: BillingTransaction,
  { merchantId, customer, subscriptionId, currency, lines, period, trigger }: NewInvoice,
): Promise<Invoice> {
  const { database, now } = transaction;
  const customerId = customer.id;
  const totalMinor = lines.reduce((sum, line) => sum + line.amountMinor, 0n);
  const number = await takeInvoiceNumber(database, merchantId);
  const balanceAppliedMinor = await takeFromBalance(transaction, {
    merchantId,
    customerId,
    currency,
    totalMinor,
  });
  const nothingDue = totalMinor === balanceAppliedMinor;

  const invoice = await database.invoice.create({
    data: {
      merchantId,
      customerId,
      subscriptionId,
      status: nothingDue ? 'PAID' : 'OPEN',
      number,
      currency,
      subtotalMinor: totalMinor,
      totalMinor,
      balanceAppliedMinor,
      periodStart: period?.start ?? null,
      periodEnd: period?.end ?? null,
      finalizedAt: now,
      dueAt: now,
      paidAt: nothingDue ? now : null,
      customerName: customer.name,
      customerEmail: customer.email,
      customerAddress: customer.address,
      locale: customer.locale,
      createdAt: now,
    },
  });
  await database.invoiceLine.createMany({
    data: lines.map((line, position) => ({ ...line, position, merchantId, invoiceId: invoice.id })),
  });
  await announceInvoice(transaction, invoice, customer, trigger);
  return invoice;
}

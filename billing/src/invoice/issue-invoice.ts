import type { Customer, Invoice, PaymentTrigger } from '@4geeks/prisma';
import { takeFromBalance } from '../balance/apply-balance.ts';
import { recordDiscounts } from '../discount/record-discounts.ts';
import type { BillingTransaction } from '../transaction.ts';
import { announceInvoice } from './announce-invoice.ts';
import { billedTo } from './billed-to.ts';
import type { PricedInvoice } from './price-invoices.ts';
import { takeInvoiceNumber } from './take-invoice-number.ts';

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
 * Issues a finalized, numbered invoice: what the customer's balance holds is taken off it, the mail
 * that announces it is owed, and a job collects the rest. An invoice with nothing due is paid as it
 * is issued. Part of the caller's transaction.
 */
export async function issueInvoice(
  transaction: BillingTransaction,
  { merchantId, customer, subscriptionId, currency, priced, period, trigger }: NewInvoice,
): Promise<Invoice> {
  const { database, now } = transaction;
  const customerId = customer.id;
  const { lines, discounts, ...totals } = priced;
  const { totalMinor } = totals;
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
      ...totals,
      balanceAppliedMinor,
      periodStart: period?.start ?? null,
      periodEnd: period?.end ?? null,
      finalizedAt: now,
      dueAt: now,
      paidAt: nothingDue ? now : null,
      ...billedTo(customer),
      createdAt: now,
    },
  });
  await database.invoiceLine.createMany({
    data: lines.map((line, position) => ({ ...line, position, merchantId, invoiceId: invoice.id })),
  });
  await recordDiscounts(transaction, [{ invoice, discounts }]);
  await announceInvoice(transaction, invoice, customer, trigger);
  return invoice;
}

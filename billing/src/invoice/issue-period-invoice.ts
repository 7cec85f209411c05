import type { Customer, Invoice, Prisma } from '@4geeks/prisma';
import { oweEmail } from '../notification/owe-email.ts';
import type { BillingTransaction } from '../transaction.ts';
import { takeInvoiceNumber } from './take-invoice-number.ts';

type BilledSubscription = Prisma.SubscriptionGetPayload<{
  include: {
    items: { include: { price: { include: { product: { include: { translations: true } } } } } };
  };
}>;

/** What issuing an invoice needs to know of a subscription. */
export const billedSubscription = {
  items: {
    include: { price: { include: { product: { include: { translations: true } } } } },
    orderBy: { id: 'asc' },
  },
} satisfies Prisma.SubscriptionInclude;

/**
 * Bills one period of a subscription in advance: a finalized, numbered invoice with a line per
 * item, the mail that announces it, and the job that collects it. An invoice over nothing is paid
 * as it is issued. Part of the caller's transaction; the unique (subscription, periodStart) makes a
 * second invoice for one period impossible.
 *
 * @param period scheduled, [start, end); not the wall clock, however late the job runs.
 */
export async function issuePeriodInvoice(
  transaction: BillingTransaction,
  subscription: BilledSubscription,
  customer: Customer,
  period: { start: Date; end: Date },
): Promise<Invoice> {
  const { database, now, record, enqueue } = transaction;
  const { merchantId, currency } = subscription;
  const lines = subscription.items.map((item, position) => {
    const { product } = item.price;
    const translation = product.translations.find(({ locale }) => locale === customer.locale);
    return {
      position,
      priceId: item.priceId,
      description: translation?.name ?? product.name,
      quantity: item.quantity,
      unitAmountMinor: item.price.unitAmountMinor,
      amountMinor: item.price.unitAmountMinor * BigInt(item.quantity),
      periodStart: period.start,
      periodEnd: period.end,
    };
  });
  const totalMinor = lines.reduce((sum, line) => sum + line.amountMinor, 0n);
  const nothingDue = totalMinor === 0n;

  const invoice = await database.invoice.create({
    data: {
      merchantId,
      customerId: customer.id,
      subscriptionId: subscription.id,
      status: nothingDue ? 'PAID' : 'OPEN',
      number: await takeInvoiceNumber(database, merchantId),
      currency,
      subtotalMinor: totalMinor,
      totalMinor,
      periodStart: period.start,
      periodEnd: period.end,
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
    data: lines.map((line) => ({ ...line, merchantId, invoiceId: invoice.id })),
  });
  const about = {
    merchantId,
    customerId: customer.id,
    objectType: 'invoice',
    objectId: invoice.id,
    data: { number: invoice.number, totalMinor: totalMinor.toString(), currency },
  } as const;
  await record({ ...about, type: 'invoice.finalized' });
  if (nothingDue) {
    await record({ ...about, type: 'invoice.paid' });
    return invoice;
  }
  await oweEmail(transaction, {
    merchantId,
    customer,
    kind: 'INVOICE_CREATED',
    dedupeKey: `invoice-created:${invoice.id}`,
    invoiceId: invoice.id,
  });
  await enqueue({
    name: 'collect-invoice',
    payload: {
      merchantId,
      invoiceId: invoice.id,
      trigger: 'RENEWAL',
      attemptKey: `renewal:${invoice.id}`,
    },
  });
  return invoice;
}

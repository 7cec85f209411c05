import type { Customer, Invoice, Prisma } from '@4geeks/prisma';
import type { BilledPeriod } from '../period/period.ts';
import { prorate } from '../subscription/prorate.ts';
import type { BillingTransaction } from '../transaction.ts';
import { issueInvoice, type NewInvoiceLine } from './issue-invoice.ts';

export type BilledSubscription = Prisma.SubscriptionGetPayload<{
  include: {
    items: { include: { price: { include: { product: { include: { translations: true } } } } } };
  };
}>;

/** What a line needs to know of a price. */
export const billedPrice = {
  include: { product: { include: { translations: true } } },
} satisfies Prisma.PriceDefaultArgs;

export type BilledPrice = Prisma.PriceGetPayload<typeof billedPrice>;

/** What issuing an invoice needs to know of a subscription. */
export const billedSubscription = {
  items: {
    include: { price: billedPrice },
    orderBy: { id: 'asc' },
  },
} satisfies Prisma.SubscriptionInclude;

/** What is sold, in the customer's language where the merchant translated it. */
export function productName(
  { product }: BilledPrice,
  { locale }: Pick<Customer, 'locale'>,
): string {
  return product.translations.find((text) => text.locale === locale)?.name ?? product.name;
}

/** A period to bill; without `wholeStart` it is a whole one. */
export type PeriodToBill = Omit<BilledPeriod, 'wholeStart'> & Partial<BilledPeriod>;

/**
 * A line per item for one period. A part of a period costs its share, to the second; the lines say
 * so and add up to it.
 */
export function periodLines(
  items: readonly { price: BilledPrice; quantity: number }[],
  customer: Pick<Customer, 'locale'>,
  { start, end, wholeStart = start }: PeriodToBill,
): NewInvoiceLine[] {
  const priced = items.map(({ price, quantity }) => ({
    priceId: price.id,
    unitAmountMinor: price.unitAmountMinor,
    quantity,
    price,
  }));
  return prorate([], priced, { start: wholeStart, end }, start).lines.map(
    ({ item: { price, ...item }, amountMinor }) => ({
      ...item,
      description: productName(price, customer),
      amountMinor,
      periodStart: start,
      periodEnd: end,
      proration: start > wholeStart,
    }),
  );
}

/**
 * Bills one period of a subscription in advance, with a line per item. Part of the caller's
 * transaction; the unique (subscription, periodStart) makes a second invoice for one period
 * impossible.
 *
 * @param period scheduled, [start, end); not the wall clock, however late the job runs.
 */
export async function issuePeriodInvoice(
  transaction: BillingTransaction,
  { id, merchantId, currency, items }: BilledSubscription,
  customer: Customer,
  period: PeriodToBill,
): Promise<Invoice> {
  const { start, end } = period;
  return issueInvoice(transaction, {
    merchantId,
    customer,
    subscriptionId: id,
    currency,
    period: { start, end },
    trigger: 'RENEWAL',
    lines: periodLines(items, customer, period),
  });
}

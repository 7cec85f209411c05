import type { Customer, Invoice, Prisma } from '@4geeks/prisma';
import type { BillingTransaction } from '../transaction.ts';
import { issueInvoice } from './issue-invoice.ts';

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
  period: { start: Date; end: Date },
): Promise<Invoice> {
  return issueInvoice(transaction, {
    merchantId,
    customer,
    subscriptionId: id,
    currency,
    period,
    trigger: 'RENEWAL',
    lines: items.map(({ price, quantity }) => ({
      priceId: price.id,
      description: productName(price, customer),
      quantity,
      unitAmountMinor: price.unitAmountMinor,
      amountMinor: price.unitAmountMinor * BigInt(quantity),
      periodStart: period.start,
      periodEnd: period.end,
    })),
  });
}

import type { Customer, Invoice, Prisma } from '@4geeks/prisma';
import type { BillingTransaction } from '../transaction.ts';
import { issueInvoices } from './issue-invoice.ts';

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

/** A period of a subscription that is to be billed. */
export interface BilledPeriod {
  subscription: BilledSubscription;
  customer: Customer;
  /** Scheduled, [start, end); not the wall clock, however late the job runs. */
  period: { start: Date; end: Date };
}

/**
 * Bills periods of subscriptions in advance, with a line per item. Part of the caller's transaction;
 * the unique (subscription, periodStart) makes a second invoice for one period impossible.
 */
export async function issuePeriodInvoices(
  transaction: BillingTransaction,
  periods: readonly BilledPeriod[],
): Promise<Invoice[]> {
  return issueInvoices(
    transaction,
    periods.map(({ subscription: { id, merchantId, currency, items }, customer, period }) => ({
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
    })),
  );
}

/** Bills one: see {@link issuePeriodInvoices}. */
export async function issuePeriodInvoice(
  transaction: BillingTransaction,
  subscription: BilledSubscription,
  customer: Customer,
  period: { start: Date; end: Date },
): Promise<Invoice> {
  const [invoice] = await issuePeriodInvoices(transaction, [{ subscription, customer, period }]);
  return invoice!;
}

import type { Customer, Invoice, Prisma } from '@4geeks/prisma';
import { applicableDiscounts, liveDiscounts } from '../discount/applicable-discounts.ts';
import type { BilledPeriod } from '../period/period.ts';
import type { TaxTerms } from '../ports.ts';
import { prorate } from '../subscription/prorate.ts';
import { taxTermsColumns, taxTermsOf } from '../tax/tax-terms.ts';
import type { BillingTransaction } from '../transaction.ts';
import { issueInvoices } from './issue-invoice.ts';
import { priceInvoices, type UnpricedInvoice } from './price-invoices.ts';

/** What a line needs to know of a price. */
export const billedPrice = {
  include: {
    product: { include: { translations: true } },
    taxRate: { select: taxTermsColumns },
  },
} satisfies Prisma.PriceDefaultArgs;

export type BilledPrice = Prisma.PriceGetPayload<typeof billedPrice>;

/** What issuing an invoice needs to know of the merchant; of the rates the default alone. */
export const billedMerchant = {
  timeZone: true,
  taxRates: { where: { isDefault: true }, select: taxTermsColumns },
} satisfies Prisma.MerchantSelect;

/** What issuing an invoice needs to know of a subscription. */
export const billedSubscription = {
  items: {
    include: { price: billedPrice },
    orderBy: { id: 'asc' },
  },
  discounts: liveDiscounts,
  merchant: { select: billedMerchant },
} satisfies Prisma.SubscriptionInclude;

export type BilledSubscription = Prisma.SubscriptionGetPayload<{
  include: typeof billedSubscription;
}>;

/** What the merchant taxes a price by: its own rate, else the default. */
export function ownRateOf(
  { taxRate }: Pick<BilledPrice, 'taxRate'>,
  { taxRates: [defaultRate] }: Pick<BilledSubscription['merchant'], 'taxRates'>,
): TaxTerms | null {
  return taxTermsOf(taxRate ?? defaultRate ?? null);
}

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
  merchant: Pick<BilledSubscription['merchant'], 'taxRates'>,
  { start, end, wholeStart = start }: PeriodToBill,
): UnpricedInvoice['lines'] {
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
      ownRate: ownRateOf(price, merchant),
    }),
  );
}

/**
 * The invoice of one period, before discounts and tax: a line per item, and the discounts that have
 * not ended when the period begins.
 */
export function periodInvoice(
  {
    merchantId,
    currency,
    items,
    discounts,
    merchant,
  }: Pick<BilledSubscription, 'merchantId' | 'currency' | 'discounts' | 'merchant'> & {
    items: readonly { price: BilledPrice; quantity: number }[];
  },
  customer: Customer,
  period: PeriodToBill,
): UnpricedInvoice {
  return {
    merchantId,
    customer,
    currency,
    at: period.start,
    lines: periodLines(items, customer, merchant, period),
    discounts: applicableDiscounts(discounts, period.start),
  };
}

/** A period of a subscription that is to be billed. */
export interface DuePeriod {
  subscription: BilledSubscription;
  customer: Customer;
  /** Scheduled, [start, end); not the wall clock, however late the job runs. */
  period: PeriodToBill;
}

/**
 * Bills periods of subscriptions in advance, with a line per item. Part of the caller's transaction;
 * the unique (subscription, periodStart) makes a second invoice for one period impossible.
 */
export async function issuePeriodInvoices(
  transaction: BillingTransaction,
  periods: readonly DuePeriod[],
): Promise<Invoice[]> {
  const priced = await priceInvoices(
    transaction.tax,
    periods.map(({ subscription, customer, period }) =>
      periodInvoice(subscription, customer, period),
    ),
  );
  return issueInvoices(
    transaction,
    periods.map(({ subscription: { id, merchantId, currency }, customer, period }, index) => ({
      merchantId,
      customer,
      subscriptionId: id,
      currency,
      period: { start: period.start, end: period.end },
      trigger: 'RENEWAL',
      priced: priced[index]!,
    })),
  );
}

/** Bills one: see {@link issuePeriodInvoices}. */
export async function issuePeriodInvoice(
  transaction: BillingTransaction,
  subscription: BilledSubscription,
  customer: Customer,
  period: PeriodToBill,
): Promise<Invoice> {
  const [invoice] = await issuePeriodInvoices(transaction, [{ subscription, customer, period }]);
  return invoice!;
}

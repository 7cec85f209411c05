/** What a change of plan or quantity comes to: the one reckoning that preview and change share. */
import type { DatabaseReader, Prisma } from '@4geeks/prisma';
import { balanceToApply } from '../balance/apply-balance.ts';
import { customerBalance } from '../balance/customer-balance.ts';
import { ConflictError } from '../errors.ts';
import {
  billedSubscription,
  periodInvoice,
  type BilledPrice,
} from '../invoice/issue-period-invoice.ts';
import { priceInvoices, type PricedInvoice, type PricedLine } from '../invoice/price-invoices.ts';
import { totalsOf } from '../invoice/reckon-invoice.ts';
import { periodAt } from '../period/period.ts';
import type { TaxProvider } from '../ports.ts';
import { checkItems, loadChosenPrices, type ChosenItem } from './chosen-prices.ts';
import { findCreditSources, type CreditSource } from './credit-sources.ts';
import { priceChange } from './price-change.ts';
import { refuseCanceling, refuseRenewalDue, statusAfter } from './transitions.ts';

export interface SubscriptionChange {
  subscriptionId: string;
  /** All items from then on, at least one: what is not named goes. */
  items: readonly ChosenItem[];
  when: 'NOW' | 'PERIOD_END';
}

export interface PlannedSubscriptionChange {
  subscription: ChangedSubscription;
  items: { priceId: string; quantity: number }[];
  /** When the new items begin. */
  effectiveAt: Date;
  /** The part of the period that is credited and charged; none in a trial or at a period's end. */
  lines: PricedLine[];
  /** The lines with what they add up to, as they are invoiced. */
  priced: PricedInvoice;
  /** What they add up to with discounts and tax: to be invoiced when positive, credited to the balance
   * when negative. */
  netMinor: bigint;
  /** What an invoice over it takes from the customer's balance. */
  balanceAppliedMinor: bigint;
  /** What is charged at once. */
  dueMinor: bigint;
  /** What goes to the customer's balance. */
  creditedMinor: bigint;
  /** The invoices it comes from; none where nothing is credited. */
  creditedFrom: CreditSource[];
  /** What every whole period costs from then on, as priced: before discounts and added tax. */
  periodAmountMinor: bigint;
  /** What the next whole period will cost, with discounts and tax as they stand. */
  nextPeriodTotalMinor: bigint;
}

/** What of a subscription a change is decided on. */
const changedSubscription = {
  ...billedSubscription,
  customer: true,
} satisfies Prisma.SubscriptionInclude;

type ChangedSubscription = Prisma.SubscriptionGetPayload<{ include: typeof changedSubscription }>;

/**
 * Reads, decides, writes nothing. Lock the subscription before where it is to be written.
 *
 * @param merchantId whose subscription it is; it exists.
 * @throws NotFoundError price
 * @throws InvalidInputError ITEMS_REQUIRED, QUANTITY_INVALID
 * @throws ConflictError as docs/subscription-states.md says
 */
export async function planSubscriptionChange(
  database: DatabaseReader,
  tax: TaxProvider,
  merchantId: string,
  { subscriptionId, items: chosen, when }: SubscriptionChange,
  now: Date,
): Promise<PlannedSubscriptionChange> {
  checkItems(chosen);
  const subscription = await database.subscription.findUniqueOrThrow({
    where: { merchantId_id: { merchantId, id: subscriptionId } },
    include: changedSubscription,
  });
  statusAfter(when === 'NOW' ? 'changeNow' : 'changeAtPeriodEnd', subscription.status);
  if (when === 'PERIOD_END') refuseCanceling(subscription);
  else refuseRenewalDue(subscription, now);

  const before = subscription.items;
  const after = await loadChosenPrices(
    database,
    merchantId,
    chosen,
    before.map(({ priceId }) => priceId),
  );
  for (const { price } of after) refuseOtherTerms(subscription, price);
  refuseUnchanged(before, after);

  const { currency, customerId, status } = subscription;
  const prorated = when === 'NOW' && status !== 'TRIALING';
  const priced = prorated
    ? await priceChange(database, tax, subscription, after, now)
    : { ...totalsOf([]), lines: [], discounts: [] };
  const netMinor = priced.totalMinor;
  const creditedFrom =
    netMinor < 0n ? await findCreditSources(database, subscription, -netMinor) : [];
  const balanceAppliedMinor =
    netMinor > 0n
      ? balanceToApply(
          netMinor,
          await customerBalance(database, { merchantId, customerId, currency }),
        )
      : 0n;
  return {
    subscription,
    items: after.map(({ price, quantity }) => ({ priceId: price.id, quantity })),
    effectiveAt: when === 'NOW' ? now : subscription.currentPeriodEnd,
    lines: priced.lines,
    priced,
    netMinor,
    balanceAppliedMinor,
    dueMinor: netMinor > 0n ? netMinor - balanceAppliedMinor : 0n,
    creditedMinor: netMinor < 0n ? -netMinor : 0n,
    creditedFrom,
    periodAmountMinor: after.reduce(
      (sum, { price, quantity }) => sum + price.unitAmountMinor * BigInt(quantity),
      0n,
    ),
    nextPeriodTotalMinor: await nextPeriodTotal(tax, subscription, after),
  };
}

async function nextPeriodTotal(
  tax: TaxProvider,
  subscription: ChangedSubscription,
  items: readonly { price: BilledPrice; quantity: number }[],
): Promise<bigint> {
  const { customer, merchant, periodIndex } = subscription;
  const period = periodAt({ ...subscription, timeZone: merchant.timeZone }, periodIndex + 1);
  const unpriced = periodInvoice({ ...subscription, items }, customer, period);
  const [{ totalMinor } = { totalMinor: 0n }] = await priceInvoices(tax, [unpriced]);
  return totalMinor;
}

/** @throws ConflictError CURRENCY_DIFFERS, INTERVAL_DIFFERS */
export function refuseOtherTerms(
  subscription: { currency: string; interval: string; intervalCount: number },
  price: BilledPrice,
): void {
  if (price.currency !== subscription.currency) {
    throw new ConflictError('CURRENCY_DIFFERS', 'The price is in another currency.');
  }
  if (
    price.interval !== subscription.interval ||
    price.intervalCount !== subscription.intervalCount
  ) {
    throw new ConflictError('INTERVAL_DIFFERS', 'The price has another interval.');
  }
}

function refuseUnchanged(
  before: readonly { priceId: string; quantity: number }[],
  after: readonly { price: { id: string }; quantity: number }[],
): void {
  const stays = before.every((item) =>
    after.some(({ price, quantity }) => price.id === item.priceId && quantity === item.quantity),
  );
  if (stays && before.length === after.length) {
    throw new ConflictError('NOTHING_CHANGES', 'The subscription has these items already.');
  }
}

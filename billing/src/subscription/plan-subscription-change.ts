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
import { priceInvoices } from '../invoice/price-invoices.ts';
import { periodAt } from '../period/period.ts';
import type { TaxProvider } from '../ports.ts';
import { checkItems, loadChosenPrices, sharedTerms, type ChosenItem } from './chosen-prices.ts';
import {
  countFromNow,
  countFromPeriodEnd,
  sameTerms,
  type BillingTerms,
  type CountedPeriods,
} from './count-periods.ts';
import { findCreditSources, type CreditSource } from './credit-sources.ts';
import {
  reckonNewPeriod,
  reckonNothing,
  reckonWithinPeriod,
  type ReckonedChange,
} from './reckon-change.ts';
import { refuseCanceling, refuseRenewalDue, statusAfter } from './transitions.ts';

export interface SubscriptionChange {
  subscriptionId: string;
  /** All items from then on, at least one: what is not named goes. */
  items: readonly ChosenItem[];
  when: 'NOW' | 'PERIOD_END';
}

export interface PlannedSubscriptionChange extends ReckonedChange {
  subscription: ChangedSubscription;
  items: { priceId: string; quantity: number }[];
  /** When the new items begin. */
  effectiveAt: Date;
  /** How periods are counted from then on, where the interval is another one; null: as before. */
  periods: CountedPeriods | null;
  /** What the lines add up to with discounts and tax; negative where more is given back. */
  netMinor: bigint;
  /** What the invoice takes from the customer's balance, what is credited now included. */
  balanceAppliedMinor: bigint;
  /** What is charged at once. */
  dueMinor: bigint;
  /** The invoices that the credit comes from; none where nothing is credited. */
  creditedFrom: CreditSource[];
  /** What every whole period costs from then on, as priced: before discounts and added tax. */
  periodAmountMinor: bigint;
  /** When the period after the one that runs then begins. */
  nextPeriodStart: Date;
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
 * @throws InvalidInputError ITEMS_REQUIRED, QUANTITY_INVALID, PRICES_DIFFER
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
  for (const { price } of after) refuseOtherCurrency(subscription, price);
  const terms = sharedTerms(after.map(({ price }) => price));
  refuseUnchanged(before, after);

  const { currency, customerId, status } = subscription;
  // In a trial nothing is billed; at a period's end the renewal does it.
  const billedNow = when === 'NOW' && status !== 'TRIALING';
  const periods = sameTerms(subscription, terms)
    ? null
    : countAnew(subscription, terms, billedNow ? now : null);
  const reckoned = billedNow
    ? await reckon(database, tax, subscription, after, periods, now)
    : reckonNothing();
  const { charge, creditedMinor } = reckoned;
  const creditedFrom =
    creditedMinor > 0n ? await findCreditSources(database, subscription, creditedMinor) : [];
  const chargedMinor = charge?.priced.totalMinor ?? 0n;
  const balanceAppliedMinor =
    chargedMinor > 0n
      ? balanceToApply(
          chargedMinor,
          creditedMinor + (await customerBalance(database, { merchantId, customerId, currency })),
        )
      : 0n;
  return {
    ...reckoned,
    subscription,
    items: after.map(({ price, quantity }) => ({ priceId: price.id, quantity })),
    effectiveAt: when === 'NOW' ? now : subscription.currentPeriodEnd,
    periods,
    netMinor: reckoned.totals.totalMinor,
    balanceAppliedMinor,
    dueMinor: chargedMinor - balanceAppliedMinor,
    creditedFrom,
    periodAmountMinor: after.reduce(
      (sum, { price, quantity }) => sum + price.unitAmountMinor * BigInt(quantity),
      0n,
    ),
    nextPeriodStart: (periods ?? subscription).currentPeriodEnd,
    nextPeriodTotalMinor: await nextPeriodTotal(
      tax,
      { ...subscription, ...periods, discounts: discountsLeft(subscription, charge) },
      after,
    ),
  };
}

/** @throws ConflictError ALREADY_CANCELING: the end that was asked for would be another one. */
function countAnew(
  subscription: ChangedSubscription,
  terms: BillingTerms,
  now: Date | null,
): CountedPeriods {
  const { timeZone } = subscription.merchant;
  if (now === null) return countFromPeriodEnd(subscription, terms, timeZone);
  refuseCanceling(subscription);
  return countFromNow(subscription, terms, timeZone, now);
}

function reckon(
  database: DatabaseReader,
  tax: TaxProvider,
  subscription: ChangedSubscription,
  after: readonly { price: BilledPrice; quantity: number }[],
  periods: CountedPeriods | null,
  now: Date,
): Promise<ReckonedChange> {
  if (!periods) return reckonWithinPeriod(database, tax, subscription, after, now);
  const period = { start: periods.currentPeriodStart, end: periods.currentPeriodEnd };
  return reckonNewPeriod(database, tax, subscription, after, period, now);
}

/** A discount for one invoice alone is used up by the one that is charged at once. */
function discountsLeft(
  { discounts }: ChangedSubscription,
  charge: ReckonedChange['charge'],
): ChangedSubscription['discounts'] {
  const usedUp = charge?.priced.discounts.filter(({ once }) => once) ?? [];
  return discounts.filter(({ id }) => !usedUp.some(({ discountId }) => discountId === id));
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

/** @throws ConflictError CURRENCY_DIFFERS */
export function refuseOtherCurrency(
  { currency }: { currency: string },
  price: { currency: string },
): void {
  if (price.currency !== currency) {
    throw new ConflictError('CURRENCY_DIFFERS', 'The price is in another currency.');
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

/** What another plan comes to: the one reckoning that preview and change share. */
import type { DatabaseReader, PaymentMethod } from '@4geeks/prisma';
import { ConflictError, NotFoundError } from '../errors.ts';
import type { TaxProvider } from '../ports.ts';
import {
  planSubscriptionChange,
  type PlannedSubscriptionChange,
} from '../subscription/plan-subscription-change.ts';
import { refuseRenewalDue } from '../subscription/transitions.ts';
import { planBegins, planOf, planPriceColumns } from './plan-change-rules.ts';
import type { SessionPlanOffer } from './session-plan-offer.ts';

export interface ReckonedPlanChange {
  when: 'NOW' | 'PERIOD_END';
  change: PlannedSubscriptionChange;
  /** What is charged, where something is due at once; null: nothing is due, or there is none. */
  paymentMethod: PaymentMethod | null;
  /** Everything that was reckoned with and came of it: what a quote vouches for. */
  figures: readonly unknown[];
}

/**
 * Reads, decides, writes nothing. Lock the subscription before where it is to be written.
 *
 * @param at the moment that the period is divided at.
 * @param now billing time, not before `at`.
 * @throws NotFoundError price: not on offer
 * @throws ConflictError as docs/subscription-states.md says; ALREADY_CANCELING and
 *   SUBSCRIPTION_HAS_SEVERAL_ITEMS always; NOTHING_CHANGES also where it is planned already
 */
export async function reckonPlanChange(
  database: DatabaseReader,
  tax: TaxProvider,
  { merchantId, customerId, subscriptionId, priceIds }: SessionPlanOffer,
  priceId: string,
  { at, now }: { at: Date; now: Date },
): Promise<ReckonedPlanChange> {
  const id = subscriptionId;
  const subscription = await database.subscription.findUniqueOrThrow({
    where: { merchantId_id: { merchantId, id } },
    include: {
      items: { include: { price: { select: planPriceColumns } } },
      scheduledItems: true,
      invoices: {
        where: { status: { not: 'DRAFT' } },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: 1,
        select: { id: true },
      },
    },
  });
  const current = planOf(subscription);
  const offered = priceIds.includes(priceId)
    ? await database.price.findUnique({ where: { merchantId_id: { merchantId, id: priceId } } })
    : null;
  if (!offered) throw new NotFoundError('price');
  const { scheduledItems, invoices, currentPeriodStart, currentPeriodEnd } = subscription;
  if (scheduledItems.some((planned) => planned.priceId === priceId)) {
    throw new ConflictError('NOTHING_CHANGES', 'This is planned already.');
  }
  const when = planBegins(current.price, offered);
  if (when === 'NOW') refuseRenewalDue(subscription, now);
  const items = [{ priceId, quantity: current.quantity }];
  const change = await planSubscriptionChange(
    database,
    tax,
    merchantId,
    { subscriptionId, items, when },
    at,
  );
  const paymentMethod =
    change.dueMinor > 0n
      ? await database.paymentMethod.findFirst({
          where: { merchantId, customerId, isDefault: true, removedAt: null },
        })
      : null;
  const figures = [
    when,
    current.priceId,
    items,
    scheduledItems.map((planned) => [planned.priceId, planned.quantity]),
    // A change that was made and taken back meanwhile leaves the same items, and an invoice.
    invoices.map((invoice) => invoice.id),
    currentPeriodStart,
    currentPeriodEnd,
    change.effectiveAt,
    change.periods,
    change.lines,
    change.netMinor,
    change.balanceAppliedMinor,
    change.dueMinor,
    change.creditedMinor,
    change.periodAmountMinor,
    change.nextPeriodStart,
    change.nextPeriodTotalMinor,
    paymentMethod?.id ?? null,
  ];
  return { when, change, paymentMethod, figures };
}

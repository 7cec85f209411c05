/**
 * Which subscriptions a customer may give another plan, and when it begins. Pure; the same rules where
 * an offer is made, shown and taken up.
 */
import type { Price, Prisma, Subscription } from '@4geeks/prisma';
import { ConflictError } from '../errors.ts';
import { averageLength } from '../period/period.ts';
import { refuseCanceling, statusAfter } from '../subscription/transitions.ts';

/** What the rules look at. */
export type ChangeableSubscription<Item = { priceId: string; quantity: number }> = Pick<
  Subscription,
  'status' | 'cancelAtPeriodEnd'
> & { items: readonly Item[] };

/**
 * A plan is one price: what else is bought beside it, nobody can know whether to keep.
 *
 * @returns the one item, whose quantity every plan keeps.
 * @throws ConflictError SUBSCRIPTION_ENDED, SUBSCRIPTION_PAUSED, SUBSCRIPTION_UNPAID,
 *   ALREADY_CANCELING, SUBSCRIPTION_HAS_SEVERAL_ITEMS
 */
export function planOf<Item>(subscription: ChangeableSubscription<Item>): Item {
  // What is allowed at the end of a period is all that is ever allowed.
  statusAfter('changeAtPeriodEnd', subscription.status);
  refuseCanceling(subscription);
  const [item, ...others] = subscription.items;
  if (!item || others.length > 0) {
    throw new ConflictError(
      'SUBSCRIPTION_HAS_SEVERAL_ITEMS',
      'It has several items: which of them is the plan is not known.',
    );
  }
  return item;
}

/** What of a price says when it begins. */
export const planPriceColumns = {
  unitAmountMinor: true,
  interval: true,
  intervalCount: true,
} satisfies Prisma.PriceSelect;

export type PlanPrice = Pick<Price, keyof typeof planPriceColumns>;

/**
 * What costs more begins at once, and is paid; what costs the same or less begins with the next period,
 * because this one is paid for. Of another interval, both have to be more, the amount and the time it
 * buys: a year for ten times the month begins at once, and a week for more than the month with the next
 * period, because whoever has paid for a month does not mean to pay again tomorrow.
 */
export function planBegins(current: PlanPrice, offered: PlanPrice): 'NOW' | 'PERIOD_END' {
  const dearer = offered.unitAmountMinor > current.unitAmountMinor;
  return dearer && lengthOf(offered) >= lengthOf(current) ? 'NOW' : 'PERIOD_END';
}

const lengthOf = ({ interval, intervalCount }: PlanPrice) =>
  interval && intervalCount ? averageLength({ interval, intervalCount }) : 0;

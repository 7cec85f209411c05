/**
 * Which subscriptions a customer may give another plan, and when it begins. Pure; the same rules where
 * an offer is made, shown and taken up.
 */
import type { Subscription } from '@4geeks/prisma';
import { ConflictError } from '../errors.ts';
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

/**
 * What costs more begins at once, and the difference is paid; what costs the same or less begins with
 * the next period, because this one is paid for.
 */
export function planBegins(
  current: { unitAmountMinor: bigint },
  offered: { unitAmountMinor: bigint },
): 'NOW' | 'PERIOD_END' {
  return offered.unitAmountMinor > current.unitAmountMinor ? 'NOW' : 'PERIOD_END';
}

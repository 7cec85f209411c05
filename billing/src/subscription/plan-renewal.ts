/** What becomes of a subscription at the end of its period. Pure. */
import type { Merchant, Subscription, SubscriptionStatus } from '@4geeks/prisma';
import { periodAt } from '../period/period.ts';
import { statusAfter } from './transitions.ts';

export interface PlannedRenewal {
  status: SubscriptionStatus;
  periodIndex: number;
  /** The one that begins, [start, end): as scheduled, however late it is. */
  period: { start: Date; end: Date };
}

/** @throws ConflictError where its status does not let it renew. */
export function planRenewal(
  subscription: Pick<
    Subscription,
    'status' | 'interval' | 'intervalCount' | 'billingAnchor' | 'periodIndex'
  > & { merchant: Pick<Merchant, 'timeZone'> },
): PlannedRenewal {
  const periodIndex = subscription.periodIndex + 1;
  const { timeZone } = subscription.merchant;
  return {
    status: statusAfter('renew', subscription.status),
    periodIndex,
    period: periodAt({ ...subscription, timeZone }, periodIndex),
  };
}

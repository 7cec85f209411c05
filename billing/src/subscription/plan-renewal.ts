/** What becomes of a subscription at the end of its period. Pure. */
import type { Merchant, Subscription, SubscriptionStatus } from '@4geeks/prisma';
import { periodFrom, type BilledPeriod } from '../period/period.ts';
import { statusAfter } from './transitions.ts';

export interface PlannedRenewal {
  status: SubscriptionStatus;
  periodIndex: number;
  /** The one that begins: as scheduled, however late it is. */
  period: BilledPeriod;
}

/** @throws ConflictError where its status does not let it renew. */
export function planRenewal(
  subscription: Pick<
    Subscription,
    'status' | 'interval' | 'intervalCount' | 'billingAnchor' | 'periodIndex' | 'currentPeriodEnd'
  > & { merchant: Pick<Merchant, 'timeZone'> },
): PlannedRenewal {
  const periodIndex = subscription.periodIndex + 1;
  const { timeZone } = subscription.merchant;
  return {
    status: statusAfter('renew', subscription.status),
    periodIndex,
    // The end of a trial may lie within a period: the rest of it is billed then.
    period: periodFrom({ ...subscription, timeZone }, periodIndex, subscription.currentPeriodEnd),
  };
}

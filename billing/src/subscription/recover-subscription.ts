import type { Subscription } from '@4geeks/prisma';
import type { BillingTransaction } from '../transaction.ts';
import { resumeRenewals } from './resume-renewals.ts';
import { statusAfter } from './transitions.ts';

/** A subscription with one of its invoices that is past due, where there is any. */
export type SubscriptionStanding = Subscription & {
  merchant: { timeZone: string };
  invoices: readonly { id: string }[];
};

/** A subscription is active again once none of its invoices is past due. It is locked. */
export async function recoverSubscription(
  { database, now, record }: BillingTransaction,
  subscription: SubscriptionStanding,
): Promise<void> {
  if (subscription.invoices.length > 0) return;
  const { id: subscriptionId, merchantId, customerId, status } = subscription;
  const recovered = statusAfter('everythingPaid', status);
  if (recovered === status) return;
  await database.subscription.update({
    where: { id: subscriptionId },
    data: {
      status: recovered,
      ...(status === 'UNPAID' && !subscription.cancelAtPeriodEnd
        ? resumeRenewals(subscription, now)
        : {}),
    },
  });
  await record({
    merchantId,
    customerId,
    type: 'subscription.recovered',
    objectType: 'subscription',
    objectId: subscriptionId,
    data: {},
  });
}

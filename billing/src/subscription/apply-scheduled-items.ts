import type { Merchant, Subscription } from '@4geeks/prisma';
import type { BillingTransaction } from '../transaction.ts';
import { sharedTerms } from './chosen-prices.ts';
import { countFromPeriodEnd, sameTerms, type BillingTerms } from './count-periods.ts';
import { replaceItems } from './replace-items.ts';

/**
 * A planned change comes true, where there is one: as a new period begins, before it is billed. With
 * prices of another interval, that period and the ones after it are of the new one, counted from where
 * the old one ended. The subscription is locked.
 *
 * @returns the interval from now on.
 */
export async function applyScheduledItems(
  transaction: BillingTransaction,
  subscription: Subscription & { merchant: Pick<Merchant, 'timeZone'> },
): Promise<BillingTerms> {
  const { database, record } = transaction;
  const { id, merchantId, customerId, merchant } = subscription;
  const planned = await database.subscriptionScheduledItem.findMany({
    where: { merchantId, subscriptionId: id },
    include: { price: { select: { currency: true, interval: true, intervalCount: true } } },
    orderBy: [{ createdAt: 'asc' }, { priceId: 'asc' }],
  });
  if (planned.length === 0) return subscription;
  await replaceItems(transaction, { id, merchantId }, planned);
  const terms = sharedTerms(planned.map(({ price }) => price));
  if (!sameTerms(subscription, terms)) {
    await database.subscription.update({
      where: { id },
      data: countFromPeriodEnd(subscription, terms, merchant.timeZone),
    });
  }
  await record({
    merchantId,
    customerId,
    type: 'subscription.changed',
    objectType: 'subscription',
    objectId: id,
    data: { when: 'PERIOD_END' },
  });
  return terms;
}

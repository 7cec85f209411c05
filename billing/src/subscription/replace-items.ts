import type { Subscription } from '@4geeks/prisma';
import type { BillingTransaction } from '../transaction.ts';

/**
 * Gives a subscription other items; what had been planned is forgotten with that. Items that stay
 * keep their ids. Part of the caller's transaction; the subscription is locked.
 */
export async function replaceItems(
  { database }: BillingTransaction,
  { id: subscriptionId, merchantId }: Pick<Subscription, 'id' | 'merchantId'>,
  items: readonly { priceId: string; quantity: number }[],
): Promise<void> {
  await database.subscriptionScheduledItem.deleteMany({ where: { merchantId, subscriptionId } });
  await database.subscriptionItem.deleteMany({
    where: { merchantId, subscriptionId, priceId: { notIn: items.map(({ priceId }) => priceId) } },
  });
  for (const { priceId, quantity } of items) {
    await database.subscriptionItem.upsert({
      where: { subscriptionId_priceId: { subscriptionId, priceId } },
      create: { merchantId, subscriptionId, priceId, quantity },
      update: { quantity },
    });
  }
}

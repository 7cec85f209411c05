import type { Subscription } from '@4geeks/prisma';
import type { BillingTransaction } from '../transaction.ts';
import { replaceItems } from './replace-items.ts';

/**
 * A planned change comes true, where there is one: as a new period begins, before it is billed. The
 * subscription is locked.
 *
 * @returns whether there was one.
 */
export async function applyScheduledItems(
  transaction: BillingTransaction,
  { id, merchantId, customerId }: Pick<Subscription, 'id' | 'merchantId' | 'customerId'>,
): Promise<boolean> {
  const { database, record } = transaction;
  const planned = await database.subscriptionScheduledItem.findMany({
    where: { merchantId, subscriptionId: id },
    orderBy: [{ createdAt: 'asc' }, { priceId: 'asc' }],
  });
  if (planned.length === 0) return false;
  await replaceItems(transaction, { id, merchantId }, planned);
  await record({
    merchantId,
    customerId,
    type: 'subscription.changed',
    objectType: 'subscription',
    objectId: id,
    data: { when: 'PERIOD_END' },
  });
  return true;
}

import type { Price } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { lockPrice } from './lock-price.ts';
import { priceFacts } from './price-facts.ts';

/**
 * Takes a price off sale: no subscription, change or invoice line may choose it from then on, while
 * subscriptions that have it go on. Archiving it again does nothing.
 *
 * @throws NotFoundError price
 */
export async function archivePrice(
  billing: Billing,
  actor: Actor,
  { priceId }: { priceId: string },
): Promise<Price> {
  authorize(actor, { staff: 'products:write', apiKey: 'products:write' });
  const { merchantId } = actor;

  return inTransaction(billing, actor, async (transaction) => {
    const { database, now, record } = transaction;
    const price = await lockPrice(transaction, { merchantId, id: priceId });
    if (price.archivedAt) return price;
    const archived = await database.price.update({
      where: { id: priceId },
      data: { archivedAt: now },
    });
    await record({
      merchantId,
      type: 'price.archived',
      objectType: 'price',
      objectId: priceId,
      data: priceFacts(price),
    });
    return archived;
  });
}

import type { Price } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { lockPrice } from './lock-price.ts';
import { priceFacts } from './price-facts.ts';

/**
 * Puts an archived price on sale again. One of an archived product stays off sale with it.
 *
 * @throws NotFoundError price
 */
export async function unarchivePrice(
  billing: Billing,
  actor: Actor,
  { priceId }: { priceId: string },
): Promise<Price> {
  authorize(actor, { staff: 'products:write', apiKey: 'products:write' });
  const { merchantId } = actor;

  return inTransaction(billing, actor, async (transaction) => {
    const { database, record } = transaction;
    const price = await lockPrice(transaction, { merchantId, id: priceId });
    if (!price.archivedAt) return price;
    const unarchived = await database.price.update({
      where: { id: priceId },
      data: { archivedAt: null },
    });
    await record({
      merchantId,
      type: 'price.unarchived',
      objectType: 'price',
      objectId: priceId,
      data: priceFacts(price),
    });
    return unarchived;
  });
}

import type { Price } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { lockPrice } from './lock-price.ts';
import { checkNickname } from './nickname.ts';
import { priceFacts } from './price-facts.ts';

/**
 * Changes what staff call a price; its terms do not change.
 *
 * @param nickname null or blank: none.
 * @throws NotFoundError price
 * @throws InvalidInputError TOO_LONG
 */
export async function updatePrice(
  billing: Billing,
  actor: Actor,
  { priceId, nickname }: { priceId: string; nickname: string | null },
): Promise<Price> {
  authorize(actor, { staff: 'products:write', apiKey: 'products:write' });
  const { merchantId } = actor;
  const name = checkNickname(nickname);

  return inTransaction(billing, actor, async (transaction) => {
    const { database, record } = transaction;
    await lockPrice(transaction, { merchantId, id: priceId });
    const price = await database.price.update({
      where: { id: priceId },
      data: { nickname: name },
    });
    await record({
      merchantId,
      type: 'price.updated',
      objectType: 'price',
      objectId: priceId,
      data: priceFacts(price),
    });
    return price;
  });
}

import type { Price } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { chooseTaxRate } from '../tax/choose-tax-rate.ts';
import { inTransaction } from '../transaction.ts';
import { lockPrice } from './lock-price.ts';
import { priceFacts } from './price-facts.ts';

/**
 * Decides what a price is taxed by, from the next invoice on: subscriptions that have it, too. Its
 * terms do not change, but tax law does.
 *
 * @param input.taxRateId null: the merchant's default.
 * @throws NotFoundError price, tax rate
 */
export async function setPriceTaxRate(
  billing: Billing,
  actor: Actor,
  { priceId, taxRateId }: { priceId: string; taxRateId: string | null },
): Promise<Price> {
  authorize(actor, { staff: 'products:write', apiKey: 'products:write' });
  const { merchantId } = actor;

  return inTransaction(billing, actor, async (transaction) => {
    const { database, record } = transaction;
    await lockPrice(transaction, { merchantId, id: priceId });
    if (taxRateId !== null) await chooseTaxRate(database, merchantId, taxRateId);
    const price = await database.price.update({ where: { id: priceId }, data: { taxRateId } });
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

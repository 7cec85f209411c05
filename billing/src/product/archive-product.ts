import type { Product } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { lockProduct } from './lock-product.ts';

/**
 * Takes a product with all its prices off sale: nothing new is begun with them, while subscriptions
 * that have them go on. Archiving it again does nothing.
 *
 * @throws NotFoundError product
 */
export async function archiveProduct(
  billing: Billing,
  actor: Actor,
  { productId }: { productId: string },
): Promise<Product> {
  authorize(actor, { staff: 'products:write', apiKey: 'products:write' });
  const { merchantId } = actor;

  return inTransaction(billing, actor, async (transaction) => {
    const { database, now, record } = transaction;
    const product = await lockProduct(transaction, { merchantId, id: productId });
    if (product.archivedAt) return product;
    const archived = await database.product.update({
      where: { id: productId },
      data: { archivedAt: now },
    });
    await record({
      merchantId,
      type: 'product.archived',
      objectType: 'product',
      objectId: productId,
      data: { name: product.name },
    });
    return archived;
  });
}

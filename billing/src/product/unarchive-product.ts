import type { Product } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { lockProduct } from './lock-product.ts';

/**
 * Puts an archived product on sale again, and its prices but those that are archived themselves.
 *
 * @throws NotFoundError product
 */
export async function unarchiveProduct(
  billing: Billing,
  actor: Actor,
  { productId }: { productId: string },
): Promise<Product> {
  authorize(actor, { staff: 'products:write', apiKey: 'products:write' });
  const { merchantId } = actor;

  return inTransaction(billing, actor, async (transaction) => {
    const { database, record } = transaction;
    const product = await lockProduct(transaction, { merchantId, id: productId });
    if (!product.archivedAt) return product;
    const unarchived = await database.product.update({
      where: { id: productId },
      data: { archivedAt: null },
    });
    await record({
      merchantId,
      type: 'product.unarchived',
      objectType: 'product',
      objectId: productId,
      data: { name: product.name },
    });
    return unarchived;
  });
}

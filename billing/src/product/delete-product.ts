import type { Product } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { ConflictError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { lockProduct } from './lock-product.ts';

/**
 * Deletes a product that was never sold, with its prices. One that was is archived instead: what was
 * billed with it refers to it for ever.
 *
 * @returns what it was.
 * @throws NotFoundError product
 * @throws ConflictError PRODUCT_IN_USE
 */
export async function deleteProduct(
  billing: Billing,
  actor: Actor,
  { productId }: { productId: string },
): Promise<Product> {
  authorize(actor, { staff: 'products:write', apiKey: 'products:write' });
  const { merchantId } = actor;

  return inTransaction(billing, actor, async (transaction) => {
    const { database, record } = transaction;
    const product = await lockProduct(transaction, { merchantId, id: productId });
    // Whoever is choosing one of its prices this moment is waited for, and seen.
    await database.$queryRaw`
      SELECT id FROM "Price"
      WHERE "merchantId" = ${merchantId}::uuid AND "productId" = ${productId}::uuid
      ORDER BY id FOR UPDATE`;
    const sold = await database.price.count({
      where: {
        merchantId,
        productId,
        OR: [
          { subscriptionItems: { some: {} } },
          { scheduledItems: { some: {} } },
          { invoiceLines: { some: {} } },
        ],
      },
    });
    if (sold > 0) {
      throw new ConflictError('PRODUCT_IN_USE', 'It has been sold: archive it instead.');
    }
    await database.price.deleteMany({ where: { merchantId, productId } });
    await database.product.delete({ where: { id: productId } });
    await record({
      merchantId,
      type: 'product.deleted',
      objectType: 'product',
      objectId: productId,
      data: { name: product.name },
    });
    return product;
  });
}

import type { Product } from '@4geeks/prisma';
import { lockRow } from '../access/lock.ts';
import { NotFoundError } from '../errors.ts';
import type { BillingTransaction } from '../transaction.ts';

/** @throws NotFoundError product */
export async function lockProduct(
  { database }: BillingTransaction,
  { merchantId, id }: { merchantId: string; id: string },
): Promise<Product> {
  if (!(await lockRow(database, 'Product', { merchantId, id }))) throw new NotFoundError('product');
  return database.product.findUniqueOrThrow({ where: { merchantId_id: { merchantId, id } } });
}

import type { Price } from '@4geeks/prisma';
import { lockRow } from '../access/lock.ts';
import { NotFoundError } from '../errors.ts';
import type { BillingTransaction } from '../transaction.ts';

/** @throws NotFoundError price */
export async function lockPrice(
  { database }: BillingTransaction,
  { merchantId, id }: { merchantId: string; id: string },
): Promise<Price> {
  if (!(await lockRow(database, 'Price', { merchantId, id }))) throw new NotFoundError('price');
  return database.price.findUniqueOrThrow({ where: { merchantId_id: { merchantId, id } } });
}

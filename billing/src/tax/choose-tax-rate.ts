import type { DatabaseReader, TaxRate } from '@4geeks/prisma';
import { NotFoundError } from '../errors.ts';

/**
 * A rate that somebody chose.
 *
 * @throws NotFoundError tax rate: it is not the merchant's, or archived.
 */
export async function chooseTaxRate(
  database: DatabaseReader,
  merchantId: string,
  id: string,
): Promise<TaxRate> {
  const taxRate = await database.taxRate.findFirst({ where: { merchantId, id, archivedAt: null } });
  if (!taxRate) throw new NotFoundError('tax rate');
  return taxRate;
}

import type { TaxRate } from '@4geeks/prisma';
import { NotFoundError } from '../errors.ts';
import type { BillingTransaction } from '../transaction.ts';

/**
 * Locks all tax rates of a merchant for a change of one: which of them is the default concerns all.
 *
 * @returns the one.
 * @throws NotFoundError tax rate
 */
export async function lockTaxRates(
  { database }: Pick<BillingTransaction, 'database'>,
  { merchantId, id }: { merchantId: string; id: string },
): Promise<TaxRate> {
  await database.$queryRaw`
    SELECT id FROM "TaxRate" WHERE "merchantId" = ${merchantId}::uuid ORDER BY id
    FOR NO KEY UPDATE`;
  const taxRate = await database.taxRate.findUnique({
    where: { merchantId_id: { merchantId, id } },
  });
  if (!taxRate) throw new NotFoundError('tax rate');
  return taxRate;
}

import type { DatabaseReader } from '@4geeks/prisma';

/**
 * The customer's credit in one currency: what is owed to them and taken off their next invoices.
 *
 * @returns minor units, never negative.
 */
export async function customerBalance(
  database: DatabaseReader,
  owner: { merchantId: string; customerId: string; currency: string },
): Promise<bigint> {
  const { merchantId, customerId, currency } = owner;
  const { _sum } = await database.balanceEntry.aggregate({
    where: { merchantId, customerId, currency },
    _sum: { amountMinor: true },
  });
  return _sum.amountMinor ?? 0n;
}

import type { DatabaseReader } from '@4geeks/prisma';

/** Whose credit, in which currency. */
export interface BalanceOwner {
  merchantId: string;
  customerId: string;
  currency: string;
}

/**
 * The customer's credit in one currency: what is owed to them and taken off their next invoices.
 *
 * @returns minor units, never negative.
 */
export async function customerBalance(
  database: DatabaseReader,
  owner: BalanceOwner,
): Promise<bigint> {
  const { merchantId, customerId, currency } = owner;
  const { _sum } = await database.balanceEntry.aggregate({
    where: { merchantId, customerId, currency },
    _sum: { amountMinor: true },
  });
  return _sum.amountMinor ?? 0n;
}

/** The credit of several customers, each in a currency of its own: those who have some. */
export async function customerBalances(
  database: DatabaseReader,
  owners: readonly BalanceOwner[],
): Promise<(BalanceOwner & { balanceMinor: bigint })[]> {
  if (owners.length === 0) return [];
  return database.$queryRaw`
    SELECT entry."merchantId", entry."customerId", entry.currency,
      sum(entry."amountMinor")::bigint AS "balanceMinor"
    FROM (
      SELECT DISTINCT * FROM unnest(
        ${owners.map(({ merchantId }) => merchantId)}::uuid[],
        ${owners.map(({ customerId }) => customerId)}::uuid[],
        ${owners.map(({ currency }) => currency)}::text[]
      ) AS owner (merchant, customer, currency)
    ) AS owner
    JOIN "BalanceEntry" AS entry ON entry."merchantId" = owner.merchant
      AND entry."customerId" = owner.customer AND entry.currency = owner.currency
    GROUP BY entry."merchantId", entry."customerId", entry.currency
    HAVING sum(entry."amountMinor") <> 0`;
}

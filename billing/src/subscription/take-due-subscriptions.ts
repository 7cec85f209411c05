import { Prisma, type Subscription } from '@4geeks/prisma';
import type { BillingTransaction } from '../transaction.ts';

export interface DueSubscriptions {
  now: Date;
  /** Whose; undefined: everybody's who has no test clock. */
  merchantId?: string | undefined;
  /** Ids to pass over. */
  except: readonly string[];
  limit: number;
}

export type DueSubscription = Pick<Subscription, 'id' | 'merchantId'> & { nextRenewalAt: Date };

/**
 * Locks subscriptions whose period is over, until the transaction ends; those that somebody else has
 * locked are passed over. Longest due first.
 */
export async function takeDueSubscriptions(
  { database }: Pick<BillingTransaction, 'database'>,
  due: DueSubscriptions,
): Promise<DueSubscription[]> {
  const taken = await database.$queryRaw<DueSubscription[]>(dueSubscriptions(due));
  // Those due at one instant in the order of their ids, which is that of their beginnings. The
  // statement must not sort by it: it would read all that are due at that instant for every batch.
  return taken.sort(
    (one, other) => +one.nextRenewalAt - +other.nextRenewalAt || (one.id < other.id ? -1 : 1),
  );
}

/** The statement that finds them: by the index of what will ever be due, from its beginning. */
export function dueSubscriptions({ now, merchantId, except, limit }: DueSubscriptions): Prisma.Sql {
  // Asked of each row as it comes: joined, all that is due would be read and sorted for every batch.
  const owner =
    merchantId === undefined
      ? Prisma.sql`(SELECT "testClockNow" FROM "Merchant" WHERE id = "merchantId") IS NULL`
      : Prisma.sql`"merchantId" = ${merchantId}::uuid`;
  return Prisma.sql`
    SELECT id, "merchantId", "nextRenewalAt" FROM "Subscription"
    WHERE "nextRenewalAt" <= ${now}::timestamptz AND ${owner} AND id <> ALL(${except}::uuid[])
    ORDER BY "nextRenewalAt"
    LIMIT ${limit}
    FOR NO KEY UPDATE SKIP LOCKED`;
}

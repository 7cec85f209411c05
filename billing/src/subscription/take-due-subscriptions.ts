import { Prisma, type Subscription } from '@4geeks/prisma';
import type { BillingTransaction } from '../transaction.ts';

export interface DueSubscriptions {
  now: Date;
  /** Whose; undefined: everybody's who has no test clock. */
  merchantId?: string | undefined;
  /** Ids to pass over. */
  except: readonly string[];
  limit: number;
  /** Only what is due after this one; null: from the beginning. */
  after: DueSubscription | null;
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
  return database.$queryRaw<DueSubscription[]>(dueSubscriptions(due));
}

/**
 * The statement that finds them: by the index of what will ever be due, in its order. Those due at one
 * instant come in the order of their ids, which is that of their beginnings.
 */
export function dueSubscriptions({
  now,
  merchantId,
  except,
  limit,
  after,
}: DueSubscriptions): Prisma.Sql {
  // Asked of each row as it comes: joined, all that is due would be read and sorted for every batch.
  const owner =
    merchantId === undefined
      ? Prisma.sql`(SELECT "testClockNow" FROM "Merchant" WHERE id = "merchantId") IS NULL`
      : Prisma.sql`"merchantId" = ${merchantId}::uuid`;
  // What was taken before stands in the index for a while, and each would be looked up to be passed over.
  const place = after
    ? Prisma.sql`("nextRenewalAt", id) > (${after.nextRenewalAt}::timestamptz, ${after.id}::uuid)`
    : Prisma.sql`TRUE`;
  return Prisma.sql`
    SELECT id, "merchantId", "nextRenewalAt" FROM "Subscription"
    WHERE "nextRenewalAt" <= ${now}::timestamptz AND ${owner} AND id <> ALL(${except}::uuid[])
      AND ${place}
    ORDER BY "nextRenewalAt", id
    LIMIT ${limit}
    FOR NO KEY UPDATE SKIP LOCKED`;
}

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

/**
 * Locks subscriptions whose period is over, until the transaction ends; those that somebody else has
 * locked are passed over. Longest due first.
 */
export async function takeDueSubscriptions(
  { database }: Pick<BillingTransaction, 'database'>,
  due: DueSubscriptions,
): Promise<Pick<Subscription, 'id' | 'merchantId'>[]> {
  return database.$queryRaw(dueSubscriptions(due));
}

/** The statement that finds them: by the index of what will ever be due, from its beginning. */
export function dueSubscriptions({
  now,
  merchantId,
  except,
  limit,
}: DueSubscriptions): Prisma.Sql {
  const owner =
    merchantId === undefined
      ? Prisma.sql`NOT EXISTS (
          SELECT FROM "Merchant" WHERE "Merchant".id = "merchantId" AND "testClockNow" IS NOT NULL
        )`
      : Prisma.sql`"merchantId" = ${merchantId}::uuid`;
  return Prisma.sql`
    SELECT "Subscription".id, "merchantId" FROM "Subscription"
    WHERE "nextRenewalAt" <= ${now}::timestamptz AND ${owner} AND "Subscription".id <> ALL(${except}::uuid[])
    ORDER BY "nextRenewalAt"
    LIMIT ${limit}
    FOR NO KEY UPDATE OF "Subscription" SKIP LOCKED`;
}

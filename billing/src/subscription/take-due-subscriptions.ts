import { Prisma, type Subscription } from '@4geeks/prisma';
import type { BillingTransaction } from '../transaction.ts';

export interface DueSubscriptions {
  now: Date;
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
export function dueSubscriptions({ now, except, limit }: DueSubscriptions): Prisma.Sql {
  return Prisma.sql`
    SELECT id, "merchantId" FROM "Subscription"
    WHERE "nextRenewalAt" <= ${now}::timestamptz AND id <> ALL(${except}::uuid[])
    ORDER BY "nextRenewalAt"
    LIMIT ${limit}
    FOR NO KEY UPDATE SKIP LOCKED`;
}

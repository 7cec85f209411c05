import { Prisma } from '@4geeks/prisma';
import type { Billing } from '../ports.ts';

const batchSize = 1000;

/**
 * Deletes requests whose day is over, by index and in batches, so that no statement takes long.
 *
 * @returns how many.
 */
export async function forgetIdempotentRequests({
  database,
  clock,
}: Pick<Billing, 'database' | 'clock'>): Promise<number> {
  const now = clock.now();
  for (let forgotten = 0; ;) {
    const rows = await database.sql.query(Prisma.sql`
      DELETE FROM "IdempotentRequest" WHERE id IN (
        SELECT id FROM "IdempotentRequest" WHERE "expiresAt" <= ${now}
        ORDER BY "expiresAt" LIMIT ${batchSize}
        FOR UPDATE SKIP LOCKED
      )
      RETURNING id`);
    forgotten += rows.length;
    if (rows.length < batchSize) return forgotten;
  }
}

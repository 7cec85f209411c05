import { Prisma } from '@4geeks/prisma';
import { forgetInBatches } from '../forget-in-batches.ts';
import type { Billing } from '../ports.ts';

/**
 * Deletes requests whose day is over, by index and in batches, so that no statement takes long.
 *
 * @returns how many.
 */
export function forgetIdempotentRequests(
  { database, clock }: Pick<Billing, 'database' | 'clock'>,
  options: { signal?: AbortSignal } = {},
): Promise<number> {
  const now = clock.now();
  return forgetInBatches(async (most) => {
    const rows = await database.sql.query(Prisma.sql`
      DELETE FROM "IdempotentRequest" WHERE id IN (
        SELECT id FROM "IdempotentRequest" WHERE "expiresAt" <= ${now}
        ORDER BY "expiresAt" LIMIT ${most}
        FOR UPDATE SKIP LOCKED
      )
      RETURNING id`);
    return rows.length;
  }, options);
}

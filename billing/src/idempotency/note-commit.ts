import { Prisma, type SqlRunner } from '@4geeks/prisma';
import type { RequestClaim } from './claim-request.ts';
import { IdempotencyError } from './errors.ts';

/**
 * Writes, in the transaction that changes state, that the request has changed state: with the commit
 * it is never run again, whatever becomes of the process. Written last of all, so that others who
 * have the key wait for a moment only.
 *
 * @throws IdempotencyError IDEMPOTENCY_TAKEN_OVER where somebody else runs it by now: nothing commits
 */
export async function noteCommit(
  sql: SqlRunner,
  { requestId, owner }: RequestClaim,
  now: Date,
): Promise<void> {
  const owned = await sql.query(Prisma.sql`
    UPDATE "IdempotentRequest" SET "committedAt" = coalesce("committedAt", ${now})
    WHERE id = ${requestId}::uuid AND owner = ${owner}::uuid
    RETURNING id`);
  if (owned.length === 0) throw new IdempotencyError('IDEMPOTENCY_TAKEN_OVER');
}

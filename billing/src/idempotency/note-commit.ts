import { Prisma, type SqlRunner } from '@4geeks/prisma';
import type { RequestClaim } from './claim-request.ts';
import { IdempotencyError } from './errors.ts';

const divisionByZero = '22012';

/**
 * Writes, in the transaction that changes state, that the request has changed state: with the commit
 * it is never run again, whatever becomes of the process. Written last of all, so that others who
 * have the key wait for a moment only.
 *
 * The commit may be on its way already when the answer comes: where somebody else runs the request by
 * now, the statement itself has to fail, and with it the transaction.
 *
 * @throws IdempotencyError IDEMPOTENCY_TAKEN_OVER: nothing commits
 */
export async function noteCommit(
  sql: SqlRunner,
  { requestId, owner }: RequestClaim,
  now: Date,
): Promise<void> {
  try {
    await sql.query(Prisma.sql`
      WITH owned AS (
        UPDATE "IdempotentRequest" SET "committedAt" = coalesce("committedAt", ${now})
        WHERE id = ${requestId}::uuid AND owner = ${owner}::uuid
        RETURNING id
      )
      SELECT 1 / count(*) FROM owned`);
  } catch (error) {
    throw codeOf(error) === divisionByZero ? new IdempotencyError('IDEMPOTENCY_TAKEN_OVER') : error;
  }
}

/** Postgres' own code, as plain SQL and the client's raw queries give it. */
function codeOf(error: unknown): unknown {
  const { code, meta } = error as {
    code?: unknown;
    meta?: { driverAdapterError?: { cause?: { originalCode?: unknown } } };
  };
  return meta?.driverAdapterError?.cause?.originalCode ?? code;
}

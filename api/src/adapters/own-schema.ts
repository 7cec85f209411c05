/**
 * Adapters that stand in for another company's system (sandbox gateway, outbox) keep their state in
 * a Postgres schema of their own, outside Prisma's migrations and outside our transactions. This
 * brings such a schema up to date.
 */
import type { Pool } from 'pg';

/**
 * Applies the steps this schema has not seen yet, in order and in one transaction. Several
 * processes may call it at once; latecomers wait and find nothing to do.
 *
 * @param schema trusted identifier, for example `sandbox_gateway`
 * @param steps SQL run with `search_path` set to the schema. Append only: an applied step is never
 *   read again.
 */
export async function migrateOwnSchema(
  pool: Pool,
  schema: string,
  steps: readonly string[],
): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `own-schema:${schema}`,
    ]);
    await client.query(`create schema if not exists ${schema}`);
    await client.query(`set local search_path to ${schema}`);
    // Looked up first: `if not exists` would raise a notice on every start.
    const known = await client.query('select to_regclass($1) as name', [`${schema}.migration`]);
    if (known.rows[0].name === null) {
      await client.query(
        'create table migration (step int primary key, applied_at timestamptz not null default now())',
      );
    }
    const { rows } = await client.query<{ step: number }>('select step from migration');
    const applied = new Set(rows.map((row) => row.step));
    for (const [step, sql] of steps.entries()) {
      if (applied.has(step)) continue;
      await client.query(sql);
      await client.query('insert into migration (step) values ($1)', [step]);
    }
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}

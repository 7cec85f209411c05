/** Brings a database to the state that `migrations/` describes. */
import pg from 'pg';

import { defaultMigrationsDir, noFilter, readMigrations, withEngine } from './migrate-engine.ts';

/** A migration that could not be applied, or a database that cannot be reached. */
export class MigrationError extends Error {
  override name = 'MigrationError';
}

/** Any number that only we use: one migrating process at a time per database. */
const lockKey = 4_633_577;

/**
 * Applies what the database has not seen yet, oldest first, and returns those names. Several
 * processes may call it at once: one works, the others wait and find nothing to do.
 *
 * Each migration is one transaction, so one that fails, or whose process is killed, has changed
 * nothing and is simply tried again by the next call. (For the same reason a migration cannot hold
 * `create index concurrently`.)
 *
 * Throws MigrationError for a failing migration, for an applied one whose file was changed
 * afterwards, and for a database that cannot be reached.
 */
export async function applyMigrations(options: {
  /** Database to change, as a role that owns it. */
  url: string;
  /** Default: this package's own migrations. */
  migrationsDir?: string;
}): Promise<{ applied: string[] }> {
  const migrationsList = readMigrations(options.migrationsDir ?? defaultMigrationsDir);
  try {
    return await withLock(options.url, () =>
      withEngine({ url: options.url }, async (engine) => {
        const history = await engine.diagnoseMigrationHistory({
          migrationsList,
          optInToShadowDatabase: false,
          filters: noFilter,
        });
        if (history.editedMigrationNames.length > 0) {
          throw new MigrationError(
            `Already applied, but changed on disk since: ` +
              `${history.editedMigrationNames.join(', ')}. ` +
              `Restore the file and write the change as a new migration.`,
          );
        }
        for (const migrationName of history.failedMigrationNames) {
          await engine.markMigrationRolledBack({ migrationName });
        }
        const { appliedMigrationNames } = await engine.applyMigrations({
          migrationsList,
          filters: noFilter,
        });
        return { applied: appliedMigrationNames };
      }),
    );
  } catch (error) {
    throw error instanceof MigrationError ? error : new MigrationError(describeEngineError(error));
  }
}

async function withLock<Result>(url: string, task: () => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  // A connection lost meanwhile shows in the task itself.
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    throw new MigrationError(`Cannot reach the database: ${describeEngineError(error)}`);
  }
  try {
    await client.query('select pg_advisory_lock($1)', [lockKey]);
    return await task();
  } finally {
    await client.end();
  }
}

/** What went wrong, and in which migration, without the engine's own stack. */
export function describeEngineError(error: unknown): string {
  if (error instanceof AggregateError && !error.message)
    return describeEngineError(error.errors[0]);
  const text = error instanceof Error ? error.message : JSON.stringify(error);
  const isStack = /^\s+(\d+: |with |at )/;
  const migration = /migration_name="(.+?)"/.exec(text)?.[1];
  const reason = text.split('\n').filter((line) => line.trim() && !isStack.test(line));
  return [...(migration ? [`Migration ${migration}:`] : []), ...reason].join('\n');
}

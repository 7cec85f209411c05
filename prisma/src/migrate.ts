/** Brings a database to the state that `migrations/` describes. */
import { defaultMigrationsDir, noFilter, openEngine, readMigrations } from './migrate-engine.ts';

/** A migration that could not be applied, in the engine's words. */
export class MigrationError extends Error {
  override name = 'MigrationError';
}

/**
 * Applies what the database has not seen yet, oldest first, and returns those names. Several
 * processes may call it at once: the engine holds an advisory lock, and latecomers find nothing to
 * do. A migration that fails stays recorded as failed, and later calls refuse until it is resolved.
 * Throws MigrationError for that, and for applied migrations whose file was changed afterwards.
 */
export async function applyMigrations(options: {
  /** Database to change, as a role that owns it. */
  url: string;
  /** Default: this package's own migrations. */
  migrationsDir?: string;
}): Promise<{ applied: string[] }> {
  const migrationsList = readMigrations(options.migrationsDir ?? defaultMigrationsDir);
  const engine = await openEngine({ url: options.url });
  try {
    const { editedMigrationNames } = await engine.diagnoseMigrationHistory({
      migrationsList,
      optInToShadowDatabase: false,
      filters: noFilter,
    });
    if (editedMigrationNames.length > 0) {
      throw new MigrationError(
        `Already applied, but changed on disk since: ${editedMigrationNames.join(', ')}. ` +
          `Restore the file and write the change as a new migration.`,
      );
    }
    const { appliedMigrationNames } = await engine.applyMigrations({
      migrationsList,
      filters: noFilter,
    });
    return { applied: appliedMigrationNames };
  } catch (error) {
    throw error instanceof MigrationError ? error : new MigrationError(describeEngineError(error));
  } finally {
    engine.free();
  }
}

/** The engine throws plain objects, or Errors whose message is JSON. */
export function describeEngineError(error: unknown): string {
  const text = error instanceof Error ? error.message : JSON.stringify(error);
  return text.replaceAll('\\n', '\n');
}

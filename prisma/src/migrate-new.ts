/**
 * `pnpm migrate:new NAME` writes `migrations/<time>_<name>/migration.sql`: what separates the
 * existing migrations from `schema.prisma`. `--check` writes nothing and exits with 1 when
 * something does.
 *
 * The migrations are replayed on a throw-away embedded server, never on real data. Constraints and
 * triggers appended by hand survive later migrations; a partial index must be declared in
 * `schema.prisma` (`where: raw(...)`, in the words Postgres itself would use: see `\d`), or the
 * next migration drops it.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

import { startEmbeddedPostgres } from './embedded.ts';
import {
  defaultMigrationsDir,
  noFilter,
  packageDir,
  readMigrations,
  withEngine,
} from './migrate-engine.ts';
import { describeEngineError } from './migrate.ts';

/** The SQL from the last migration to the schema, or undefined when they agree. */
export async function diffMigrations(): Promise<string | undefined> {
  const path = join(packageDir, 'schema.prisma');
  const content = readFileSync(path, 'utf8');
  const dataDir = mkdtempSync(join(tmpdir(), '4geeks-shadow-'));
  const server = await startEmbeddedPostgres({ dataDir, ephemeral: true });
  try {
    const { exitCode, stdout } = await withEngine(
      { url: server.adminUrl, shadowUrl: server.url, datamodels: [[path, content]] },
      (engine) =>
        engine.diff({
          from: { tag: 'migrations', ...readMigrations(defaultMigrationsDir) },
          to: { tag: 'schemaDatamodel', files: [{ path, content }] },
          script: true,
          exitCode: true,
          filters: noFilter,
        }),
    );
    return exitCode === 2 ? (stdout ?? '') : undefined;
  } finally {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function main(args: string[]): Promise<number> {
  const checkOnly = args.includes('--check');
  const name = args.find((arg) => !arg.startsWith('-'));
  const slug = name?.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');
  if (!checkOnly && !slug) {
    console.error('Give the migration a name: pnpm migrate:new add_refund_reason');
    return 1;
  }
  const sql = await diffMigrations();
  if (sql === undefined) {
    console.log('Nothing changed: the migrations describe schema.prisma.');
    return 0;
  }
  if (checkOnly) {
    console.error('schema.prisma and the migrations differ. Run: pnpm migrate:new NAME\n');
    console.error(sql);
    return 1;
  }
  const timestamp = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14);
  const folder = join(defaultMigrationsDir, `${timestamp}_${slug}`);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'migration.sql');
  writeFileSync(file, sql);
  console.log(relative(process.cwd(), file));
  return 0;
}

if (import.meta.main) {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    console.error(describeEngineError(error));
    process.exitCode = 1;
  }
}

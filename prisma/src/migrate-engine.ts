/**
 * Prisma's schema engine as WebAssembly: the same engine and bookkeeping table as
 * `prisma migrate`, without a native binary to download.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { PrismaPg } from '@prisma/adapter-pg';
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';

/** Folder of this package, where `schema.prisma` and `migrations/` are. */
export const packageDir = dirname(dirname(fileURLToPath(import.meta.url)));
export const defaultMigrationsDir = join(packageDir, 'migrations');

/** Nothing in our own schema is managed by others: jobs, outbox and sandbox have their own schemas. */
export const noFilter = { externalTables: [], externalEnums: [] };

const engineFile = 'schema_engine_bg.wasm';

/**
 * @param url database the engine works on
 * @param shadowUrl an empty scratch database, where the engine may replay migrations
 * @param datamodels schema files, where the task involves the schema
 */
export async function openEngine(options: {
  url: string;
  shadowUrl?: string;
  datamodels?: [path: string, content: string][];
}): Promise<bindings.SchemaEngine> {
  await loadWebAssembly();
  const { shadowUrl, datamodels } = options;
  const factory: SqlMigrationAwareDriverAdapterFactory = {
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    connect: () => connectForScripts(options.url),
    // PrismaPg's own version would ignore the new database's name when given a connection string.
    connectToShadowDb: () => {
      if (!shadowUrl) throw new Error('This task needs a shadow database.');
      return connectForScripts(shadowUrl);
    },
  };
  return bindings.SchemaEngine.new(
    { datamodels },
    () => {},
    bindMigrationAwareSqlAdapterFactory(factory),
  );
}

/**
 * One session (the engine's advisory lock belongs to a session), and scripts sent whole: PrismaPg
 * would cut them at every semicolon, also inside functions. Sent whole, a script is one
 * transaction, so that a failing migration changes nothing.
 */
async function connectForScripts(url: string): Promise<SqlDriverAdapter> {
  const adapter = await new PrismaPg({ connectionString: url, max: 1 }).connect();
  adapter.executeScript = async (script) => {
    await adapter.executeRaw({ sql: script, args: [], argTypes: [] });
  };
  return adapter;
}

/** The little we use of a global that TypeScript only declares together with the browser's. */
const { WebAssembly: webAssembly } = globalThis as unknown as {
  WebAssembly: {
    instantiate(
      bytes: Uint8Array,
      imports: Record<string, object>,
    ): Promise<{ instance: { exports: { __wbindgen_start(): void } } }>;
  };
};

let loading: Promise<void> | undefined;

function loadWebAssembly(): Promise<void> {
  loading ??= (async () => {
    const location = import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg');
    const bytes = await readFile(new URL(`./${engineFile}`, location));
    const { instance } = await webAssembly.instantiate(bytes, {
      './schema_engine_bg.js': bindings,
    });
    bindings.__wbg_set_wasm(instance.exports);
    instance.exports.__wbindgen_start();
  })();
  return loading;
}

/** The migrations on disk, oldest first, as the engine wants them. */
export function readMigrations(migrationsDir: string): bindings.MigrationList {
  const names = readdirSync(migrationsDir)
    .filter((name) => statSync(join(migrationsDir, name)).isDirectory())
    .sort();
  return {
    baseDir: migrationsDir,
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories: names.map((name) => ({
      path: name,
      migrationFile: {
        path: 'migration.sql',
        content: {
          tag: 'ok',
          value: readFileSync(join(migrationsDir, name, 'migration.sql'), 'utf8'),
        },
      },
    })),
  };
}

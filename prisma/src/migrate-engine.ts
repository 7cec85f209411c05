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
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';

/** Folder of this package, where `schema.prisma` and `migrations/` are. */
export const packageDir = dirname(dirname(fileURLToPath(import.meta.url)));
export const defaultMigrationsDir = join(packageDir, 'migrations');

/** Nothing in our own schema is managed by others: jobs, outbox and sandbox have their own schemas. */
export const noFilter = { externalTables: [], externalEnums: [] };

const engineFile = 'schema_engine_bg.wasm';

/**
 * Runs one task with an engine and closes its connections afterwards.
 *
 * @param url database the engine works on
 * @param shadowUrl an empty scratch database, where the engine may replay migrations
 * @param datamodels schema files, where the task involves the schema
 */
export async function withEngine<Result>(
  options: { url: string; shadowUrl?: string; datamodels?: [path: string, content: string][] },
  task: (engine: bindings.SchemaEngine) => Promise<Result>,
): Promise<Result> {
  await loadWebAssembly();
  const { url, shadowUrl, datamodels } = options;
  const open: SqlDriverAdapter[] = [];
  const connect = async (connectionString: string) => {
    const adapter = await connectForScripts(connectionString);
    open.push(adapter);
    return adapter;
  };
  const factory: SqlMigrationAwareDriverAdapterFactory = {
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    connect: () => connect(url),
    // PrismaPg's own version would ignore the new database's name when given a connection string.
    connectToShadowDb: () => {
      if (!shadowUrl) throw new Error('This task needs a shadow database.');
      return connect(shadowUrl);
    },
  };
  try {
    const engine = await bindings.SchemaEngine.new(
      { datamodels },
      () => {},
      bindMigrationAwareSqlAdapterFactory(factory),
    );
    try {
      return await task(engine);
    } finally {
      engine.free();
    }
  } finally {
    await Promise.all(open.map((adapter) => adapter.dispose()));
  }
}

interface PgResult {
  fields?: { dataTypeID: number }[];
  rows: unknown[][];
}

/**
 * PrismaPg with three differences: one session (the engine's advisory lock belongs to a session);
 * scripts sent whole, since PrismaPg cuts them at every semicolon, also inside functions (sent
 * whole, a script is one transaction, so that a failing migration changes nothing); and the
 * catalog's "char" columns, which PrismaPg cannot read, as single characters.
 */
async function connectForScripts(url: string): Promise<SqlDriverAdapter> {
  const adapter = await new PrismaPg({ connectionString: url, max: 1 }).connect();
  adapter.executeScript = async (script) => {
    await adapter.executeRaw({ sql: script, args: [], argTypes: [] });
  };
  const pool = adapter.underlyingDriver() as { query(query: object): Promise<PgResult> };
  const charColumns = new WeakMap<unknown[][], number[]>();
  const query = pool.query.bind(pool);
  pool.query = async (config) => {
    const result = await query(config);
    const { CHAR, TEXT } = pg.types.builtins;
    const columns = result.fields?.flatMap((field, i) => (field.dataTypeID === CHAR ? [i] : []));
    if (columns?.length) {
      for (const i of columns) result.fields![i]!.dataTypeID = TEXT;
      charColumns.set(result.rows, columns);
    }
    return result;
  };
  // The engine disposes of some of its connections itself, and a pool ends only once.
  const dispose = adapter.dispose.bind(adapter);
  let disposing: Promise<void> | undefined;
  adapter.dispose = () => (disposing ??= dispose());
  const queryRaw = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (params) => {
    const result = await queryRaw(params);
    for (const i of charColumns.get(result.rows) ?? []) {
      result.columnTypes[i] = ColumnTypeEnum.Character;
    }
    return result;
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

/** A panic inside the engine reports here first; without this, only "unreachable" would be seen. */
function reportPanics(): void {
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: {
      set_message: (message: string) => console.error(`Schema engine: ${message}`),
    },
  });
}

/** The engine never clears the timer of its lock's time limit, which would hold up our exit 10 s. */
function unrefTimers(): Record<string, (callback: () => void, ms: number) => unknown> {
  const names = Object.keys(bindings).filter((name) => name.startsWith('__wbg_setTimeout_'));
  return Object.fromEntries(
    names.map((name) => [name, (callback, ms) => setTimeout(callback, ms).unref()]),
  );
}

let loading: Promise<void> | undefined;

function loadWebAssembly(): Promise<void> {
  loading ??= (async () => {
    reportPanics();
    const location = import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg');
    const bytes = await readFile(new URL(`./${engineFile}`, location));
    const { instance } = await webAssembly.instantiate(bytes, {
      './schema_engine_bg.js': { ...bindings, ...unrefTimers() },
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

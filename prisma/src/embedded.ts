/**
 * A real Postgres server as a child process, for machines that have none.
 *
 * Everything it needs lives in one folder: `cluster/` (the database files), `connection.json`
 * (port and passwords, mode 600), `server.log` and a lock. Knows nothing of what is stored in it,
 * and handles no signals: whoever starts it calls `stop()`.
 *
 * Terms: a *cluster* is one server's set of databases; the *postmaster* is the server's first
 * process; *ephemeral* means that losing everything in a crash is fine.
 */
import { accessSync, chmodSync, constants, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { chooseLaunch } from './postgres-account.ts';
import { locateBinaries } from './postgres-binaries.ts';
import { ensureApplicationDatabase, initializeCluster } from './postgres-cluster.ts';
import {
  connectionUrl,
  findFreePort,
  loadConnection,
  saveConnection,
} from './postgres-connection.ts';
import { EmbeddedPostgresError } from './postgres-error.ts';
import { takeLock } from './postgres-lock.ts';
import { endLeftover, startServer, type Server } from './postgres-server.ts';

export { EmbeddedPostgresError } from './postgres-error.ts';

export interface EmbeddedPostgresOptions {
  /** Folder for this server alone; created when missing. */
  dataDir: string;
  /** Port on 127.0.0.1. Default: the one used last time, or any free one. */
  port?: number;
  /**
   * Trades safety for speed: nothing is flushed to disk. For tests and shadow databases only.
   * Default false.
   */
  ephemeral?: boolean;
  /** Server settings added to ours, for example `{ max_connections: '300' }`. */
  settings?: Record<string, string>;
  /** Receives rare, human-readable remarks. Default: silence. */
  log?: (line: string) => void;
  /** Accounts to run as when we are root, in order of preference. */
  accountNames?: readonly string[];
}

export interface EmbeddedPostgres {
  /** The application's database, as a role that owns it and may create databases. */
  url: string;
  /** The maintenance database `postgres`, as superuser. */
  adminUrl: string;
  port: number;
  /** Resolves when the server has ended, whether by `stop()` or by itself. */
  exited: Promise<void>;
  /** Ends all sessions, writes everything, waits for the server's exit. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Creates the cluster on first use, ends a server that a killed process left behind, and resolves
 * when connections are accepted. Throws EmbeddedPostgresError with one clear line when it cannot.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  const log = options.log ?? (() => {});
  const ephemeral = options.ephemeral ?? false;
  const clusterDir = join(dataDir, 'cluster');
  const binaries = locateBinaries();

  createDataDir(dataDir);
  const releaseLock = takeLock(join(dataDir, 'lock'), dataDir);
  try {
    await endLeftover(clusterDir, log);
    const launch = chooseLaunch(clusterDir, binaries.initdb, log, options.accountNames);
    const connection = loadConnection(dataDir);
    await initializeCluster({ clusterDir, binaries, launch, ephemeral, connection });

    let server: Server | undefined;
    for (let attempt = 1; !server; attempt++) {
      const port = options.port ?? (await findFreePort(connection.port));
      const outcome = await startServer({
        clusterDir,
        binaries,
        launch,
        port,
        ephemeral,
        settings: options.settings ?? {},
        logFile: join(dataDir, 'server.log'),
      });
      if ('pid' in outcome) server = outcome;
      else if (!outcome.portTaken || options.port || attempt === 5) {
        throw new EmbeddedPostgresError(outcome.reason);
      }
    }
    const { port } = server;
    if (port !== connection.port) saveConnection(dataDir, { ...connection, port });

    const stop = async () => {
      await server.stop();
      releaseLock();
    };
    const adminUrl = connectionUrl('postgres', connection.adminPassword, port, 'postgres');
    try {
      await ensureApplicationDatabase(adminUrl, connection.password);
    } catch (error) {
      await stop();
      throw error;
    }
    const url = connectionUrl('payments', connection.password, port, 'payments');
    return { url, adminUrl, port, exited: server.exited, stop };
  } catch (error) {
    releaseLock();
    throw error;
  }
}

function createDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true });
    accessSync(dataDir, constants.W_OK);
    // The server's account passes through this folder to its own; the secrets are in 600 files.
    if (process.getuid?.() === 0) chmodSync(dataDir, 0o711);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new EmbeddedPostgresError(
      `Cannot write to ${dataDir} (${code ?? message}). Set DATA_DIR to a folder you own.`,
    );
  }
}

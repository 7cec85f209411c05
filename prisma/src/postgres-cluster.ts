/** First-time creation of the database files, and of the application's role and database. */
import { spawn } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import pg from 'pg';

import type { Launch } from './postgres-account.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import type { Connection } from './postgres-connection.ts';
import { EmbeddedPostgresError } from './postgres-error.ts';

/** The release whose files our binaries read. */
const majorVersion = '18';

/** Does nothing when the cluster exists. Never leaves a half-made one behind under its name. */
export async function initializeCluster(input: {
  clusterDir: string;
  binaries: PostgresBinaries;
  launch: Launch;
  ephemeral: boolean;
  connection: Connection;
}): Promise<void> {
  const { clusterDir, launch } = input;
  if (existsSync(clusterDir)) {
    const version = readFileSync(join(clusterDir, 'PG_VERSION'), 'utf8').trim();
    if (version === majorVersion) return;
    throw new EmbeddedPostgresError(
      `${clusterDir} was made by Postgres ${version}; this release runs Postgres ${majorVersion}. ` +
        `Dump it with the old release and load it into a new DATA_DIR.`,
    );
  }

  const draftDir = `${clusterDir}.new`;
  const passwordFile = `${clusterDir}.password`;
  // `initdb` makes its folder itself only where it may write, so we make it and give it away.
  rmSync(draftDir, { recursive: true, force: true });
  createFolderFor(launch, draftDir);
  writeFileSync(passwordFile, input.connection.adminPassword, { mode: 0o600 });
  if (launch.owner) chownSync(passwordFile, launch.owner.uid, launch.owner.gid);
  try {
    await runInitdb(input.binaries.initdb, launch, [
      `--pgdata=${draftDir}`,
      '--username=postgres',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // Postgres' own C.UTF-8: the same everywhere, whatever locales the system has.
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
      ...(input.ephemeral ? ['--no-sync'] : []),
    ]);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(draftDir, clusterDir);
}

function createFolderFor(launch: Launch, folder: string): void {
  mkdirSync(folder, { mode: 0o700 });
  if (launch.owner) chownSync(folder, launch.owner.uid, launch.owner.gid);
}

function runInitdb(program: string, launch: Launch, flags: string[]): Promise<void> {
  const [command, ...args] = [...launch.prefix, program, ...flags];
  const child = spawn(command!, args, {
    uid: launch.uid,
    gid: launch.gid,
    cwd: '/',
    env: serverEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) return resolve();
      const reason = /error: (.+)/.exec(output)?.[1] ?? output.trim().split('\n').at(-1);
      reject(new EmbeddedPostgresError(`Creating the embedded database failed: ${reason}`));
    });
  });
}

/** Our environment without what would steer the server elsewhere. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C', TZ: 'UTC' };
}

/** Makes the role and database `payments` where they are missing. */
export async function ensureApplicationDatabase(adminUrl: string, password: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ role: boolean; database: boolean }>(
      `select exists (select from pg_roles where rolname = 'payments') as role,
              exists (select from pg_database where datname = 'payments') as database`,
    );
    if (!rows[0]!.role) {
      await client.query(
        `create role payments login createdb password ${client.escapeLiteral(password)}`,
      );
    }
    if (!rows[0]!.database) await client.query('create database payments owner payments');
  } finally {
    await client.end();
  }
}

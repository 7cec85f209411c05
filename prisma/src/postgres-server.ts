/** Starting and stopping the server process on an existing cluster. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Launch } from './postgres-account.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { serverEnvironment } from './postgres-cluster.ts';
import { EmbeddedPostgresError } from './postgres-error.ts';
import { commandLine, endServer, isAlive } from './postgres-process.ts';

export interface Server {
  pid: number;
  port: number;
  exited: Promise<void>;
  stop(): Promise<void>;
}

export interface FailedStart {
  portTaken: boolean;
  reason: string;
}

interface StartInput {
  clusterDir: string;
  binaries: PostgresBinaries;
  launch: Launch;
  port: number;
  ephemeral: boolean;
  settings: Record<string, string>;
  logFile: string;
}

const startTimeoutMs = 60_000;
const logSizeLimit = 1_000_000;

/**
 * Ends the server that a killed process left running on this cluster, and forgets a postmaster id
 * that Postgres would take for a live server: one that now belongs to some other program, or to a
 * zombie. (Should sessions of the dead server live on, Postgres still notices their shared memory.)
 */
export async function endLeftover(clusterDir: string, log: (line: string) => void): Promise<void> {
  const pidFile = join(clusterDir, 'postmaster.pid');
  const pid = Number(readLines(pidFile)[0]);
  if (!Number.isInteger(pid) || pid <= 0) return;
  if (!isAlive(pid) || !commandLine(pid)?.includes(clusterDir)) {
    rmSync(pidFile, { force: true });
    return;
  }
  log(`Ending the database server that an earlier run left behind (process ${pid}).`);
  await endServer(pid);
  if (isAlive(pid)) {
    throw new EmbeddedPostgresError(
      `A database server still runs on ${clusterDir} (process ${pid}). Stop it and start again.`,
    );
  }
}

/** Resolves when the server accepts connections, or to the reason why it does not. */
export async function startServer(input: StartInput): Promise<Server | FailedStart> {
  // Sessions of a killed server may outlive it by a moment and block the next one.
  for (let attempt = 1; ; attempt++) {
    const outcome = await startOnce(input);
    if ('pid' in outcome || attempt === 20 || !/still in use/.test(outcome.reason)) return outcome;
    await sleep(500);
  }
}

async function startOnce(input: StartInput): Promise<Server | FailedStart> {
  const logFrom = logStart(input.logFile);
  const child = spawnServer(input);
  let hasExited = false;
  const exited = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  }).then(() => {
    hasExited = true;
  });

  const pidFile = join(input.clusterDir, 'postmaster.pid');
  const deadline = performance.now() + startTimeoutMs;
  while (!hasExited) {
    const lines = readLines(pidFile);
    if (Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready') {
      return {
        pid: child.pid!,
        port: input.port,
        exited,
        stop: async () => {
          if (!hasExited) await endServer(child.pid!);
          await exited;
        },
      };
    }
    if (performance.now() > deadline) {
      await endServer(child.pid!);
      break;
    }
    await Promise.race([sleep(15), exited]);
  }
  return describeFailure(readFileSync(input.logFile, 'utf8').slice(logFrom), input.logFile);
}

function spawnServer(input: StartInput): ChildProcess {
  const { clusterDir, launch } = input;
  const settings: Record<string, string> = {
    port: `${input.port}`,
    listen_addresses: '127.0.0.1',
    // Socket paths are limited to about 100 characters, which a data folder can exceed.
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    max_connections: '200',
    // What is read is in memory or on a solid-state disk. With the default, made for spinning ones,
    // differences between plans outweigh the time it takes to plan, and statements are planned anew.
    random_page_cost: '1.1',
    log_min_messages: 'warning',
    ...(input.ephemeral
      ? {
          fsync: 'off',
          synchronous_commit: 'off',
          full_page_writes: 'off',
          autovacuum: 'off',
          max_wal_size: '4GB',
        }
      : {}),
    ...input.settings,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const [command, ...args] = [
    ...launch.prefix,
    input.binaries.postgres,
    '-D',
    clusterDir,
    ...flags,
  ];
  const log = openSync(input.logFile, 'a', 0o600);
  try {
    return spawn(command!, args, {
      uid: launch.uid,
      gid: launch.gid,
      cwd: '/',
      env: serverEnvironment(),
      stdio: ['ignore', log, log],
      // Its own process group: Ctrl-C in a terminal reaches us alone, and we end it in order.
      detached: true,
    });
  } finally {
    closeSync(log);
  }
}

/** Where this start's messages will begin in the log; an overlong log starts anew. */
function logStart(logFile: string): number {
  if (!existsSync(logFile)) return 0;
  const { size } = statSync(logFile);
  if (size < logSizeLimit) return size;
  rmSync(logFile);
  return 0;
}

function describeFailure(messages: string, logFile: string): FailedStart {
  const reason = /(?:FATAL|PANIC): +(.+)/.exec(messages)?.[1] ?? messages.trim().split('\n').at(-1);
  return {
    portTaken: /Address already in use|could not bind/.test(messages),
    reason: `The embedded Postgres did not start: ${reason || 'no message'} (see ${logFile})`,
  };
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}

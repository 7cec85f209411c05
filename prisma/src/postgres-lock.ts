/** One running owner per data folder. The lock of a process that died does not count. */
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

import { EmbeddedPostgresError } from './postgres-error.ts';
import { isAlive, startedAt } from './postgres-process.ts';

interface Holder {
  pid: number;
  startedAt?: string;
}

/**
 * Takes the lock and returns how to give it back. Throws EmbeddedPostgresError, naming the process,
 * when another live process holds it.
 */
export function takeLock(file: string, folder: string): () => void {
  const mine: Holder = { pid: process.pid, startedAt: startedAt(process.pid) };
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(mine), { mode: 0o600 });
  try {
    // Linking is atomic and fails when the name exists, so nobody ever reads half a lock.
    for (let attempt = 0; ; attempt++) {
      try {
        linkSync(draft, file);
        return () => {
          if (readHolder(file)?.pid === process.pid) rmSync(file, { force: true });
        };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt > 4) throw error;
      }
      const holder = readHolder(file);
      if (holder && isHeld(holder)) {
        throw new EmbeddedPostgresError(
          `${folder} is in use by another running start (process ${holder.pid}). ` +
            `Stop that one first, or set DATA_DIR to another folder.`,
        );
      }
      rmSync(file, { force: true });
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

function isHeld(holder: Holder): boolean {
  return isAlive(holder.pid) && startedAt(holder.pid) === holder.startedAt;
}

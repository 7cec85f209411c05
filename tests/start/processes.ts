/** Processes that tests start, and those that they start in turn. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect } from 'vitest';

/** The process of the embedded Postgres. */
export function postgresPid(dataDir: string): number {
  const file = join(dataDir, 'postgres/cluster/postmaster.pid');
  return Number(readFileSync(file, 'utf8').split('\n')[0]);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export async function untilGone(pid: number): Promise<void> {
  for (let tries = 0; isAlive(pid) && tries < 100; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(isAlive(pid)).toBe(false);
}

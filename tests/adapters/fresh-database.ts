/**
 * An empty Postgres database for one test file of an adapter, on an ephemeral server of its own.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startEmbeddedPostgres } from '@4geeks/prisma/embedded';
import { afterAll } from 'vitest';

/** Starts it, and ends it after the file. @returns its connection string. */
export async function freshDatabase(): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'adapter-test-'));
  const server = await startEmbeddedPostgres({ dataDir, ephemeral: true });
  afterAll(async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return server.url;
}

/**
 * Global set-up of the `database` project: one throw-away Postgres for the run, and in it a template
 * that has every schema a running installation has. Test files clone it (see database.ts).
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { startEmbeddedPostgres } from '@4geeks/prisma/embedded';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Superuser, maintenance database. */
    adminUrl: string;
    /** Role that owns every test database; its database name is the template's. */
    templateUrl: string;
  }
}

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'payments-tests-'));
  const server = await startEmbeddedPostgres({
    dataDir,
    ephemeral: true,
    settings: { max_connections: '300' },
  });
  const stop = async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    await prepareTemplate(server.url);
  } catch (error) {
    await stop();
    throw error;
  }
  project.provide('adminUrl', server.adminUrl);
  project.provide('templateUrl', server.url);
  return stop;
}

/** In a plain Node: the migrations' engine finds its WebAssembly by `import.meta.resolve`. */
async function prepareTemplate(url: string): Promise<void> {
  const script = join(import.meta.dirname, 'prepare-template.ts');
  await promisify(execFile)(process.execPath, [script], {
    env: { ...process.env, TEMPLATE_URL: url },
  });
}

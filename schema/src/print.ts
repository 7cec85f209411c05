/**
 * `node src/print.ts [--check]`: writes `schema.graphql` and `authorization.md`. With `--check` it
 * writes nothing, and exits with 1 when they are stale.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { authorizationTable } from './authorization-table.ts';
import { schema } from './schema.ts';

const files = {
  'schema.graphql': `${printSchema(lexicographicSortSchema(schema))}\n`,
  'authorization.md': authorizationTable(schema),
};
const check = process.argv.includes('--check');

for (const [name, content] of Object.entries(files)) {
  const file = new URL(`../${name}`, import.meta.url);
  if (read(file) === content) continue;
  if (check) {
    process.stderr.write(`schema/${name} is stale. Run: pnpm generate:schema\n`);
    process.exitCode = 1;
  } else {
    writeFileSync(file, content);
  }
}

function read(file: URL): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/**
 * `pnpm --filter @4geeks/schema run release`: the present schema becomes the released one, which later
 * changes are held against. Says what breaks; declared changes are done with.
 */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import { breakingChanges } from './breaking-changes.ts';

const file = (name: string) => new URL(`../${name}`, import.meta.url);
const read = (name: string) => buildSchema(readFileSync(file(name), 'utf8'));

for (const { type, path, message } of await breakingChanges(
  read('released.graphql'),
  read('schema.graphql'),
)) {
  process.stdout.write(`${type} ${path}: ${message}\n`);
}
copyFileSync(file('schema.graphql'), file('released.graphql'));
writeFileSync(file('breaking-changes.json'), '[]\n');

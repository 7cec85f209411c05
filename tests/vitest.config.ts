/**
 * Three projects: `unit` (pure rules, beside their sources), `database` (everything that needs
 * Postgres or sockets) and `e2e` (the whole product, a real browser, one story at a time).
 */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = dirname(import.meta.dirname);
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Under other conditions graphql is loaded twice and refuses its own types. */
const ssr = { resolve: { conditions: ['module', 'node'] } };
const quiet = here('./testkit/quiet-console.ts');
const postgres = here('./testkit/postgres.ts');

export default defineConfig({
  root,
  test: {
    projects: [
      {
        root,
        ssr,
        test: {
          name: 'unit',
          include: ['{billing,schema,api,web,prisma}/src/**/*.test.ts'],
          setupFiles: [quiet],
          sequence: { groupOrder: 0 },
          maxWorkers: 2,
        },
      },
      {
        root,
        ssr,
        test: {
          name: 'database',
          include: ['tests/{billing,adapters,api,access,scenarios,crash,race,soak}/**/*.test.ts'],
          setupFiles: [quiet],
          globalSetup: [postgres],
          testTimeout: 30_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
          // Each has its own database on one server; more files at once only wait for the cores.
          maxWorkers: 2,
        },
      },
      {
        root,
        ssr,
        test: {
          name: 'e2e',
          include: ['tests/{start,e2e}/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 2 },
          maxWorkers: 1,
          fileParallelism: false,
        },
      },
    ],
  },
});

/** A database of its own for a test or a test file, cloned from the run's template. */
import { randomUUID } from 'node:crypto';

import pg from 'pg';
import { inject } from 'vitest';

import { cleanUp } from './clean-up.ts';

export interface TestDatabase {
  url: string;
  /** Rows of one statement, on a connection of the test's own. */
  sql<Row extends object = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
  ): Promise<Row[]>;
}

/**
 * Clones the template; after the test (or the file, called outside of tests) drops the clone. Whatever
 * is still connected then fails it: what you open later with `cleanUp` is closed earlier.
 */
export async function testDatabase(): Promise<TestDatabase> {
  const templateUrl = new URL(inject('templateUrl'));
  const template = templateUrl.pathname.slice(1);
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await asAdmin((client) =>
    client.query(`create database ${name} template ${template} owner ${templateUrl.username}`),
  );
  const url = new URL(templateUrl);
  url.pathname = `/${name}`;

  const own = new pg.Pool({ connectionString: url.href, max: 3, application_name: 'test' });
  cleanUp(async () => {
    await own.end();
    const leaked = await openConnections(name);
    await asAdmin((client) => client.query(`drop database ${name} with (force)`));
    if (leaked.length > 0) {
      throw new Error(`Connections left open:\n${leaked.join('\n')}`);
    }
  });

  return {
    url: url.href,
    async sql<Row extends object>(text: string, values: readonly unknown[] = []) {
      const { rows } = await own.query<Row>(text, [...values]);
      return rows;
    },
  };
}

/** Who is still connected, after a moment's grace for sockets that are just closing. */
async function openConnections(name: string): Promise<string[]> {
  return asAdmin(async (client) => {
    for (let attempt = 0; ; attempt++) {
      const { rows } = await client.query<{ who: string }>(
        `select concat_ws(' ', application_name, state, left(query, 120)) as who
         from pg_stat_activity where datname = $1`,
        [name],
      );
      if (rows.length === 0 || attempt === 20) return rows.map(({ who }) => who);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
}

async function asAdmin<Result>(work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: inject('adminUrl') });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

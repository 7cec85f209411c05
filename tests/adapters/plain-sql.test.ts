/** What a transaction in plain SQL promises: all of it or nothing, the commit sent with the last. */
import { Prisma, openDatabase } from '@4geeks/prisma';
import { expect, it } from 'vitest';

import { cleanUp } from '../testkit/clean-up.ts';
import { testDatabase } from '../testkit/database.ts';

const { url, sql: look } = await testDatabase();
const database = openDatabase({ url, poolSize: 2 });
cleanUp(() => database.$disconnect());
await look('create table note (text text primary key)');

const note = (text: string) => Prisma.sql`INSERT INTO note VALUES (${text}) RETURNING text`;
const notes = async () =>
  (await look<{ text: string }>('select text from note order by text')).map(({ text }) => text);

it('commits what work and finish have sent', async () => {
  const answer = await database.sql.transaction(
    async (sql) => sql.query<{ text: string }>(note('a')),
    async (sql, [first]) => {
      const [second] = await sql.query<{ text: string }>(note('b'));
      return [first, second];
    },
  );
  expect(answer).toEqual([{ text: 'a' }, { text: 'b' }]);
  expect(await notes()).toEqual(['a', 'b']);
});

it('commits nothing when a last statement fails, and says why', async () => {
  const twice = database.sql.transaction(
    async (sql) => sql.query(note('c')),
    async (sql) => Promise.all([sql.query(note('a')), sql.query(note('d'))]),
  );
  await expect(twice).rejects.toThrow(/duplicate key/);
  expect(await notes()).toEqual(['a', 'b']);
});

it('commits nothing when a last statement could not be sent', async () => {
  const never = database.sql.transaction(
    async (sql) => sql.query(note('e')),
    async (sql) => {
      const sent = sql.query(note('f'));
      sent.catch(() => {});
      await Promise.reject(new Error('That is no job.'));
    },
  );
  await expect(never).rejects.toThrow('That is no job.');
  expect(await notes()).toEqual(['a', 'b']);
});

it('refuses what is sent after the commit', async () => {
  const late = database.sql.transaction(
    async () => 'done',
    async (sql) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return sql.query(note('late'));
    },
  );
  await expect(late).rejects.toThrow('The commit has been sent.');
  expect(await notes()).toEqual(['a', 'b']);
});

it('leaves the connection fit for the next', async () => {
  for (let turn = 0; turn < 4; turn += 1) {
    const failing = database.sql.transaction(async (sql) => sql.query(note('a')));
    await expect(failing).rejects.toThrow(/duplicate key/);
  }
  expect(await database.sql.query(Prisma.sql`SELECT 1 AS one`)).toEqual([{ one: 1 }]);
});

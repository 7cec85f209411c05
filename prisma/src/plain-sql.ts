/**
 * Plain SQL over the connections that the Prisma client uses too: for the few paths that somebody
 * waits for, or that work on hundreds of rows at once. A statement costs a fraction of what it costs
 * through the client, and statements that do not wait for each other travel together.
 *
 * Rows come as the client's raw queries give them: bigint as BigInt, timestamptz as Date, an enum as
 * its name.
 */
import type { Writable } from 'node:stream';
import pg from 'pg';
import { Prisma } from './generated/client/client.ts';

/** Its text has `$1` where `values[0]` goes, and so on. */
export type Statement = Pick<Prisma.Sql, 'text' | 'values'>;

/** Where statements run: one by one, or in a transaction. */
export interface SqlRunner {
  /**
   * Sends the statement at once. Those sent before an answer is awaited take one round trip
   * together, and run in the order they were sent.
   */
  query<Row extends object>(statement: Statement): Promise<Row[]>;
}

export interface PlainSql extends SqlRunner {
  /**
   * Runs `work` and then `finish` in one READ COMMITTED transaction; rolls back when either throws.
   * `work` awaits every statement whose answer it needs.
   *
   * @param finish sends the last statements, all of them before it awaits any answer, because the
   *   commit travels with them; one sent later is refused.
   * @returns what `finish` makes of the answers.
   */
  transaction<Done, Result = Done>(
    work: (sql: SqlRunner) => Promise<Done>,
    finish?: (sql: SqlRunner, done: Done) => Promise<Result>,
  ): Promise<Result>;
}

/**
 * A statement that waits longer for a lock is given up, as the client's transactions are. Statements
 * are planned once a connection: they find their rows by key, whatever the values, and planning some
 * of them takes longer than running them.
 */
const begin =
  'BEGIN; SET LOCAL statement_timeout = 10000; SET LOCAL plan_cache_mode = force_generic_plan';

const { builtins, getTypeParser } = pg.types;
const types = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === builtins.INT8 ? BigInt : getTypeParser(oid, format as 'text')) as typeof getTypeParser,
};

/** @param nameOf names a statement's text for this pool; '' for none. */
export function createPlainSql(pool: pg.Pool, nameOf: (text: string) => string): PlainSql {
  const runnerOn = (target: (pg.Pool | pg.PoolClient) & Corkable): SqlRunner => ({
    async query<Row extends object>({ text, values }: Statement) {
      sendTogether(target);
      const { rows } = await target.query<Row>({ name: nameOf(text), text, values, types });
      return rows;
    },
  });
  return {
    ...runnerOn(pool),
    async transaction<Done, Result>(
      work: (sql: SqlRunner) => Promise<Done>,
      finish?: (sql: SqlRunner, done: Done) => Promise<Result>,
    ) {
      const client: pg.PoolClient & Corkable = await pool.connect();
      // A connection that breaks fails the statement that waits for it; nobody else needs to know.
      client.on('error', ignore);
      let broken: Error | boolean = false;
      const sql = runnerOn(client);
      try {
        // Goes out with the first statement, which comes after it.
        sendTogether(client);
        const begun = client.query(begin);
        begun.catch(ignore);
        const done = await work(sql);
        await begun;
        return await commit(client, (closing) => finish?.(closing, done) ?? (done as never), sql);
      } catch (error) {
        await client.query('ROLLBACK').catch((lost: Error) => (broken = lost));
        throw error;
      } finally {
        client.off('error', ignore);
        client.release(broken);
      }
    },
  };
}

/** Sends what `finish` sends, and the commit with it. */
async function commit<Result>(
  client: pg.PoolClient & Corkable,
  finish: (sql: SqlRunner) => Promise<Result>,
  sql: SqlRunner,
): Promise<Result> {
  let sent = false;
  let failed = false;
  const stream = client.connection?.stream;
  stream?.cork();
  try {
    const finishing = (async () =>
      finish({
        query: (statement) =>
          sent ? Promise.reject(new Error('The commit has been sent.')) : sql.query(statement),
      }))();
    finishing.catch(() => (failed = true));
    // What could not be sent at all has failed when this turn is over: then nothing is committed.
    await new Promise((resolve) => process.nextTick(resolve));
    sent = true;
    if (failed) return await finishing;
    const committed = client.query('COMMIT');
    stream?.uncork();
    const [result, { command }] = await Promise.all([finishing, committed]);
    // Of a transaction with a statement that failed, Postgres makes a rollback.
    if (command !== 'COMMIT') throw new Error('The transaction was rolled back.');
    return result;
  } finally {
    while (stream && stream.writableCorked > 0) stream.uncork();
  }
}

/** A connection of pg's has a stream; its types do not say so, and a pool has none. */
interface Corkable {
  connection?: { stream: Writable };
}

/** Holds back what is written until the code that runs now is done: one write instead of many. */
function sendTogether({ connection }: Corkable): void {
  const stream = connection?.stream;
  if (!stream || stream.writableCorked > 0) return;
  stream.cork();
  process.nextTick(() => stream.uncork());
}

function ignore(): void {}

/** A transaction of the client's, as somewhere to run plain SQL: one after the other. */
export function asSql(transaction: Pick<Prisma.TransactionClient, '$queryRaw'>): SqlRunner {
  let last: Promise<unknown> = Promise.resolve();
  return {
    query<Row extends object>(statement: Prisma.Sql) {
      const rows = last.then(() => transaction.$queryRaw<Row[]>(statement));
      last = rows.catch(ignore);
      return rows;
    },
  };
}

/** The columns of a model, for SELECT and RETURNING, so that a row is all that the client would read. */
export function columnsOf(fields: Readonly<Record<string, string>>, alias?: string): Prisma.Sql {
  const prefix = alias === undefined ? '' : `${alias}.`;
  return Prisma.raw(
    Object.values(fields)
      .map((name) => `${prefix}"${name}"`)
      .join(', '),
  );
}

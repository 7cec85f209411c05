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

/** Where statements run: one by one, or in a transaction. */
export interface SqlRunner {
  /**
   * Sends the statement at once. Those sent before an answer is awaited take one round trip
   * together, and run in the order they were sent.
   */
  query<Row extends object>(statement: Prisma.Sql): Promise<Row[]>;
}

export interface PlainSql extends SqlRunner {
  /**
   * Runs `work` in one READ COMMITTED transaction; rolls back when it throws. `work` awaits every
   * statement it sends.
   */
  transaction<Result>(work: (sql: SqlRunner) => Promise<Result>): Promise<Result>;
}

/** A statement that waits longer for a lock is given up, as the client's transactions are. */
const statementTimeoutMs = 10_000;

const { builtins, getTypeParser } = pg.types;
const types = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === builtins.INT8 ? BigInt : getTypeParser(oid, format as 'text')) as typeof getTypeParser,
};

/** @param nameOf names a statement's text for this pool; '' for none. */
export function createPlainSql(pool: pg.Pool, nameOf: (text: string) => string): PlainSql {
  const runnerOn = (target: (pg.Pool | pg.PoolClient) & Corkable): SqlRunner => ({
    async query<Row extends object>({ text, values }: Prisma.Sql) {
      sendTogether(target);
      const { rows } = await target.query<Row>({ name: nameOf(text), text, values, types });
      return rows;
    },
  });
  return {
    ...runnerOn(pool),
    async transaction(work) {
      const client: pg.PoolClient & Corkable = await pool.connect();
      // A connection that breaks fails the statement that waits for it; nobody else needs to know.
      client.on('error', ignore);
      let broken: Error | boolean = false;
      try {
        // Goes out with the first statement, which comes after it.
        sendTogether(client);
        const begun = client.query(`BEGIN; SET LOCAL statement_timeout = ${statementTimeoutMs}`);
        begun.catch(ignore);
        const result = await work(runnerOn(client));
        await begun;
        // Of a transaction with a statement that failed, Postgres makes a rollback.
        const { command } = await client.query('COMMIT');
        if (command !== 'COMMIT') throw new Error('The transaction was rolled back.');
        return result;
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

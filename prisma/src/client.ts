/**
 * How data is kept: the Prisma client over `schema.prisma`, its types, and nothing that decides.
 *
 * Knows no billing rule, no HTTP, no GraphQL. `./embedded` runs a Postgres of our own,
 * `./migrate` brings a database up to date.
 *
 * Terms: *database* is Prisma's client; *transaction* is the client inside an interactive
 * transaction.
 */
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient, type Prisma } from './generated/client/client.ts';
import { createPlainSql, type PlainSql } from './plain-sql.ts';
import { readByStatements } from './read/reader.ts';
import { createStatementNames } from './statement-names.ts';

export * from './generated/client/client.ts';
export { asSql, columnsOf, type PlainSql, type SqlRunner } from './plain-sql.ts';

/** The Prisma client; safe to share, holds a pool. `sql` is plain SQL over the same pool. */
export type Database = PrismaClient & { readonly sql: PlainSql };
/** The same, inside `database.$transaction(async (transaction) => ...)`. */
export type Transaction = Prisma.TransactionClient;
/** Where a read may run: alone or inside a transaction. */
export type DatabaseReader = Database | Transaction;

export interface DatabaseOptions {
  /** `postgresql://...` */
  url: string;
  /** Most connections held at once. Default 10. */
  poolSize?: number;
  /** Postgres gives up a statement that takes longer. Default: none. Said once a connection. */
  statementTimeoutMs?: number;
}

/** Opens a pool on `url`. Connects lazily; call `$disconnect()` to close it. */
export function openDatabase(options: DatabaseOptions): Database {
  const { url, poolSize = 10, statementTimeoutMs } = options;
  const nameForClient = createStatementNames('client', 250);
  // `pipeline`: what is sent before an answer is awaited takes one round trip.
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    pipeline: true,
    statement_timeout: statementTimeoutMs,
  });
  // An idle connection that breaks is replaced by the next query.
  pool.on('error', () => {});
  const adapter = new PrismaPg(pool, {
    statementNameGenerator: ({ sql }) => nameForClient(sql),
    disposeExternalPool: true,
  });
  const client = new PrismaClient({
    adapter,
    // READ COMMITTED with explicit row locks: use cases lock what they decide on.
    transactionOptions: { maxWait: 10_000, timeout: 20_000 },
  });
  const disconnect = client.$disconnect.bind(client);
  const sql = createPlainSql(pool, createStatementNames('sql', 500));
  readByStatements(client, createPlainSql(pool, createStatementNames('read', 250)));
  return Object.assign(client, {
    sql,
    async $disconnect() {
      await disconnect();
      // The client ends the pool only if it has used it itself.
      if (!pool.ending) await pool.end();
    },
  });
}

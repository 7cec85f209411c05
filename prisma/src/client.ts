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
import { PrismaClient, type Prisma } from './generated/client/client.ts';
import { createStatementNames } from './statement-names.ts';

export * from './generated/client/client.ts';

/** The Prisma client; safe to share, holds a pool. */
export type Database = PrismaClient;
/** The same, inside `database.$transaction(async (transaction) => ...)`. */
export type Transaction = Prisma.TransactionClient;
/** Where a read may run: alone or inside a transaction. */
export type DatabaseReader = Database | Transaction;

export interface DatabaseOptions {
  /** `postgresql://...` */
  url: string;
  /** Most connections held at once. Default 10. */
  poolSize?: number;
}

/** Opens a pool on `url`. Connects lazily; call `$disconnect()` to close it. */
export function openDatabase({ url, poolSize = 10 }: DatabaseOptions): Database {
  const nameOf = createStatementNames();
  const adapter = new PrismaPg(
    { connectionString: url, max: poolSize },
    { statementNameGenerator: ({ sql }) => nameOf(sql) },
  );
  return new PrismaClient({
    adapter,
    // READ COMMITTED with explicit row locks: use cases lock what they decide on.
    transactionOptions: { maxWait: 10_000, timeout: 20_000 },
  });
}

/**
 * Counts what a recovery really commits until its message is there, by listening to the driver
 * through which all of the application speaks to Postgres. A statement outside of a transaction is
 * one by itself.
 *
 * Left out: the gateway's own statements, because the floor asks the gateway too; and what is no part
 * of the way to the message: the mail (kept back meanwhile), and the worker's bookkeeping once the
 * payment is settled (its job is done, is there another?).
 */
import type { App } from '@4geeks/api';
import pg from 'pg';

export interface TransactionCounts {
  /** That wait for no disk: reads, and notices to other processes. */
  reads: number;
  /** That wait until their commit is on disk. */
  writes: number;
  /** That write and do not wait for it: the worker's bookkeeping. */
  unhurried: number;
  /** In all of them, BEGIN and COMMIT included. */
  statements: number;
}

interface Statement {
  connection: unknown;
  application: string;
  text: string;
}

interface Transaction {
  application: string;
  statements: string[];
}

const commands = {
  begin: /^\s*begin\b/i,
  end: /^\s*(commit|rollback)\b/i,
  write: /\b(insert into|update|delete from|add_jobs?)\b/i,
};

/**
 * @param recover makes one recovery, until its message is there
 */
export async function countTransactions(
  { billing }: App,
  recover: () => Promise<unknown>,
): Promise<TransactionCounts> {
  const { enqueue } = billing;
  const tomorrow = new Date(Date.now() + 86_400_000);
  billing.enqueue = (sql, jobs) =>
    enqueue(
      sql,
      jobs.map((job) => (job.name === 'send-email' ? { ...job, runAt: tomorrow } : job)),
    );
  try {
    const transactions = untilSettled(transactionsIn(await listen(recover)));
    const writing = transactions.filter(({ statements }) =>
      statements.some((text) => commands.write.test(text)),
    );
    const unhurried = writing.filter(({ application }) => application === 'worker').length;
    return {
      reads: transactions.length - writing.length,
      writes: writing.length - unhurried,
      unhurried,
      statements: transactions.reduce((sum, { statements }) => sum + statements.length, 0),
    };
  } finally {
    billing.enqueue = enqueue;
  }
}

/** @returns what was sent to Postgres while `work` ran, in order. */
async function listen(work: () => Promise<unknown>): Promise<Statement[]> {
  type Query = (this: pg.Client, ...given: unknown[]) => unknown;
  const heard: Statement[] = [];
  const query = Reflect.get(pg.Client.prototype, 'query') as Query;
  Reflect.set(pg.Client.prototype, 'query', function (this: pg.Client, ...given: unknown[]) {
    const [config] = given as [string | { text: string }];
    const { connectionParameters } = this as unknown as {
      connectionParameters: { application_name?: string };
    };
    heard.push({
      connection: this,
      application: connectionParameters.application_name ?? '',
      text: typeof config === 'string' ? config : config.text,
    });
    return query.apply(this, given);
  } satisfies Query);
  try {
    await work();
  } finally {
    Reflect.set(pg.Client.prototype, 'query', query);
  }
  return heard;
}

/** In the order they ended; one that has not ended is none. */
function transactionsIn(statements: readonly Statement[]): Transaction[] {
  const open = new Map<unknown, Transaction>();
  const ended: Transaction[] = [];
  for (const { connection, application, text } of statements) {
    const transaction = open.get(connection) ?? { application, statements: [] };
    transaction.statements.push(text);
    if (commands.begin.test(text)) open.set(connection, transaction);
    else if (!open.has(connection)) ended.push(transaction);
    else if (commands.end.test(text)) {
      open.delete(connection);
      ended.push(transaction);
    }
  }
  return ended;
}

function untilSettled(transactions: readonly Transaction[]): Transaction[] {
  const settled = transactions.findLastIndex(({ statements }) =>
    statements.some((text) => text.includes('UPDATE "Invoice"')),
  );
  if (settled < 0) throw new Error('No invoice was settled');
  return transactions.filter(
    ({ application }, index) =>
      application !== 'sandbox-gateway' && (index <= settled || application !== 'worker'),
  );
}

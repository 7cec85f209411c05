/**
 * The rate of pgbench's default transaction (TPC-B-like: three updates, a select, an insert) on the
 * same Postgres. By pgbench itself where there is one (PGBENCH_PATH, or `pgbench` on PATH), otherwise
 * by the same transaction over our own driver, each statement prepared.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import pg from 'pg';

const run = promisify(execFile);

/** pgbench wants a scale of at least the number of clients, or they only wait for each other. */
const scale = 10;
const accountsPerScale = 100_000;
const tellersPerScale = 10;

export interface Pgbench {
  /** What ran it, for the report. */
  name: string;
  /** @returns transactions a second. */
  measure(seconds: number): Promise<number>;
}

/** @param url a database for pgbench alone; its tables are made here. */
export async function preparePgbench(url: string, clients: number): Promise<Pgbench> {
  const program = process.env.PGBENCH_PATH ?? 'pgbench';
  const settings = `scale ${scale}, ${clients} clients`;
  const version = await run(program, ['--version']).then(
    ({ stdout }) => stdout.trim(),
    () => null,
  );
  if (version === null) {
    await createTables(url);
    return {
      name: `pgbench's default transaction by node-postgres, prepared, ${settings}`,
      measure: (seconds) => measureByDriver(url, clients, seconds),
    };
  }
  await run(program, ['--initialize', '--quiet', `--scale=${scale}`, url]);
  return {
    name: `${version}, default transaction, ${settings}`,
    async measure(seconds) {
      const { stdout } = await run(program, [
        `--client=${clients}`,
        '--jobs=2',
        `--time=${seconds}`,
        url,
      ]);
      const tps = /^tps = ([\d.]+)/m.exec(stdout)?.[1];
      if (tps === undefined) throw new Error(`pgbench said no rate:\n${stdout}`);
      return Number(tps);
    },
  };
}

async function createTables(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`
      CREATE TABLE pgbench_branches (bid int PRIMARY KEY, bbalance int, filler char(88))
        WITH (fillfactor = 100);
      CREATE TABLE pgbench_tellers (tid int PRIMARY KEY, bid int, tbalance int, filler char(84))
        WITH (fillfactor = 100);
      CREATE TABLE pgbench_accounts (aid int PRIMARY KEY, bid int, abalance int, filler char(84))
        WITH (fillfactor = 100);
      CREATE TABLE pgbench_history (
        tid int, bid int, aid int, delta int, mtime timestamp, filler char(22)
      );
      INSERT INTO pgbench_branches SELECT i, 0, '' FROM generate_series(1, ${scale}) AS i;
      INSERT INTO pgbench_tellers SELECT i, (i - 1) / ${tellersPerScale} + 1, 0, ''
        FROM generate_series(1, ${scale * tellersPerScale}) AS i;
      INSERT INTO pgbench_accounts SELECT i, (i - 1) / ${accountsPerScale} + 1, 0, ''
        FROM generate_series(1, ${scale * accountsPerScale}) AS i`);
    await client.query('VACUUM ANALYZE');
  } finally {
    await client.end();
  }
}

async function measureByDriver(url: string, clients: number, seconds: number): Promise<number> {
  const pool = new pg.Pool({ connectionString: url, max: clients });
  const startedAt = performance.now();
  const until = startedAt + seconds * 1000;
  const random = (most: number) => 1 + Math.floor(Math.random() * most);

  async function runClient(): Promise<number> {
    const client = await pool.connect();
    const query = (name: string, text: string, values: number[]) =>
      client.query({ name, text, values });
    let done = 0;
    for (; performance.now() < until; done += 1) {
      const account = random(scale * accountsPerScale);
      const teller = random(scale * tellersPerScale);
      const branch = random(scale);
      const delta = random(10_001) - 5001;
      await client.query('BEGIN');
      await query('a', 'UPDATE pgbench_accounts SET abalance = abalance + $1 WHERE aid = $2', [
        delta,
        account,
      ]);
      await query('s', 'SELECT abalance FROM pgbench_accounts WHERE aid = $1', [account]);
      await query('t', 'UPDATE pgbench_tellers SET tbalance = tbalance + $1 WHERE tid = $2', [
        delta,
        teller,
      ]);
      await query('b', 'UPDATE pgbench_branches SET bbalance = bbalance + $1 WHERE bid = $2', [
        delta,
        branch,
      ]);
      await query(
        'h',
        `INSERT INTO pgbench_history (tid, bid, aid, delta, mtime)
         VALUES ($1, $2, $3, $4, CURRENT_TIMESTAMP)`,
        [teller, branch, account, delta],
      );
      await client.query('COMMIT');
    }
    client.release();
    return done;
  }

  try {
    const done = await Promise.all(Array.from({ length: clients }, runClient));
    const elapsed = (performance.now() - startedAt) / 1000;
    return done.reduce((sum, count) => sum + count, 0) / elapsed;
  } finally {
    await pool.end();
  }
}

/**
 * Frees jobs whose worker died. graphile-worker gives up on a lock after four hours; a customer
 * whose payment was being retried should wait a minute.
 *
 * Every living pool of workers holds a Postgres advisory lock in its name, on a connection of its
 * own. When the process ends, however it ends, Postgres drops that lock; any other process that
 * finds a job held by a pool without lock frees it. Should a living process lose that connection,
 * its running jobs may run twice, which jobs must bear anyway.
 */
import pg from 'pg';
import type { Logger } from 'pino';

/** Namespace of the advisory locks. */
const lockClass = 0x4a4f4253;
/** A pool announces itself well within this time. */
const graceSeconds = 20;
const checkSeconds = 20;

export interface LifeSigns {
  /** Call for each pool when it is created; its id is what its jobs are locked by. */
  announce(poolId: string): void;
  /** Looks for abandoned jobs now. @returns the dead pools found. */
  freeAbandonedJobs(): Promise<string[]>;
  close(): Promise<void>;
}

/** Starts giving life signs, and looking for missing ones every now and then. */
export function giveLifeSigns(connectionString: string, log: Logger): LifeSigns {
  const poolIds = new Set<string>();
  let client: pg.Client | null = null;
  let closed = false;

  async function connect(): Promise<pg.Client> {
    const next = new pg.Client({
      connectionString,
      application_name: 'worker-life-signs',
      keepAlive: true,
    });
    next.on('error', () => {
      if (client === next) client = null;
    });
    await next.connect();
    for (const poolId of poolIds) await lock(next, poolId);
    client = next;
    return next;
  }

  const connection = async () => client ?? (await connect());

  /** A connection takes one query after the other. */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  };

  async function freeAbandonedJobs(): Promise<string[]> {
    const ours = await connection();
    const { rows } = await ours.query<{ pool: string }>(
      `select distinct locked_by as pool from graphile_worker._private_jobs
       where locked_by is not null and locked_by <> all($1)
         and locked_at < now() - make_interval(secs => $2)`,
      [[...poolIds], graceSeconds],
    );
    const dead: string[] = [];
    for (const { pool } of rows) {
      const { rows: tried } = await ours.query<{ free: boolean }>(
        'select pg_try_advisory_lock($1, hashtext($2)) as free',
        [lockClass, pool],
      );
      if (!tried[0]?.free) continue;
      dead.push(pool);
      await ours.query('select graphile_worker.force_unlock_workers($1)', [[pool]]);
      await ours.query('select pg_advisory_unlock($1, hashtext($2))', [lockClass, pool]);
    }
    if (dead.length > 0) log.warn({ pools: dead }, 'freed the jobs of workers that died');
    return dead;
  }

  const timer = setInterval(() => {
    if (closed) return;
    inTurn(freeAbandonedJobs).catch((error: unknown) => {
      if (!closed) log.warn({ err: error }, 'could not look for abandoned jobs');
    });
  }, checkSeconds * 1000);
  timer.unref();

  return {
    announce(poolId) {
      poolIds.add(poolId);
      // connect() announces everyone known so far.
      void inTurn(async () => {
        if (client) await lock(client, poolId);
        else await connection();
      }).catch(() => {});
    },
    freeAbandonedJobs: () => inTurn(freeAbandonedJobs),
    async close() {
      closed = true;
      clearInterval(timer);
      await last;
      await client?.end().catch(() => {});
    },
  };
}

async function lock(client: pg.Client, poolId: string): Promise<void> {
  await client.query('select pg_try_advisory_lock($1, hashtext($2))', [lockClass, poolId]);
}

/**
 * Frees jobs whose worker died. graphile-worker gives up on a lock after four hours; a customer
 * whose payment was being retried should wait a minute.
 *
 * Every living process holds one Postgres advisory lock per worker on a connection of its own. When
 * the process ends, however it ends, Postgres drops those locks; any other process that finds a job
 * held by a worker without lock frees it. Should a living process lose that connection, its running
 * job may run twice, which jobs must bear anyway.
 */
import pg from 'pg';
import type { Logger } from 'pino';

/** Namespace of the advisory locks. */
const lockClass = 0x4a4f4253;
/** A worker announces itself well within this time. */
const graceSeconds = 20;
const checkSeconds = 20;

export interface LifeSigns {
  /** Call for each worker when it is created. */
  announce(workerId: string): void;
  /** Looks for abandoned jobs now. @returns the dead workers found. */
  freeAbandonedJobs(): Promise<string[]>;
  close(): Promise<void>;
}

/** Starts giving life signs, and looking for missing ones every now and then. */
export function giveLifeSigns(connectionString: string, log: Logger): LifeSigns {
  const workerIds = new Set<string>();
  let client: pg.Client | null = null;
  let connecting: Promise<pg.Client> | null = null;
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
    for (const workerId of workerIds) await lock(next, workerId);
    client = next;
    return next;
  }

  const connection = () =>
    client
      ? Promise.resolve(client)
      : (connecting ??= connect().finally(() => (connecting = null)));

  async function freeAbandonedJobs(): Promise<string[]> {
    const ours = await connection();
    const { rows } = await ours.query<{ worker: string }>(
      `select distinct locked_by as worker from graphile_worker._private_jobs
       where locked_by is not null and locked_by <> all($1)
         and locked_at < now() - make_interval(secs => $2)`,
      [[...workerIds], graceSeconds],
    );
    const dead: string[] = [];
    for (const { worker } of rows) {
      const { rows: tried } = await ours.query<{ free: boolean }>(
        'select pg_try_advisory_lock($1, hashtext($2)) as free',
        [lockClass, worker],
      );
      if (!tried[0]?.free) continue;
      dead.push(worker);
      await ours.query('select graphile_worker.force_unlock_workers($1)', [[worker]]);
      await ours.query('select pg_advisory_unlock($1, hashtext($2))', [lockClass, worker]);
    }
    if (dead.length > 0) log.warn({ workers: dead }, 'freed the jobs of workers that died');
    return dead;
  }

  const timer = setInterval(() => {
    if (closed) return;
    freeAbandonedJobs().catch((error: unknown) => {
      if (!closed) log.warn({ err: error }, 'could not look for abandoned jobs');
    });
  }, checkSeconds * 1000);
  timer.unref();

  return {
    announce(workerId) {
      workerIds.add(workerId);
      // While connecting, connect() announces everyone.
      if (client) void lock(client, workerId).catch(() => {});
      else void connection().catch(() => {});
    },
    freeAbandonedJobs,
    async close() {
      closed = true;
      clearInterval(timer);
      await connecting?.catch(() => {});
      await client?.end().catch(() => {});
    },
  };
}

async function lock(client: pg.Client, workerId: string): Promise<void> {
  await client.query('select pg_try_advisory_lock($1, hashtext($2))', [lockClass, workerId]);
}

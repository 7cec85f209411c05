/** `/healthz`: the process answers. `/readyz`: it can also do its work. */
import type { Database } from '@4geeks/prisma';

export interface Readiness {
  database: Database;
  /** False once the worker has ended by itself, or is not running where it should. */
  isWorkerRunning(): boolean;
  isStopping(): boolean;
}

export function health(): Response {
  return Response.json({ status: 'ok' });
}

export async function readiness({ database, ...port }: Readiness): Promise<Response> {
  const databaseReady = await database.$queryRaw`SELECT 1`.then(
    () => true,
    () => false,
  );
  const checks = {
    database: databaseReady,
    worker: port.isWorkerRunning(),
    accepting: !port.isStopping(),
  };
  const ready = Object.values(checks).every(Boolean);
  return Response.json(
    { status: ready ? 'ready' : 'not ready', checks },
    { status: ready ? 200 : 503 },
  );
}

/**
 * The process: reads its settings, starts what they ask for (an embedded Postgres included), says
 * where to go, and ends in order on Ctrl-C.
 */
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EmbeddedPostgresError, startEmbeddedPostgres } from '@4geeks/prisma/embedded';
import { applyMigrations, MigrationError } from '@4geeks/prisma/migrate';
import { serverDelays } from './adapters/jobs/enqueue.ts';
import { buildApp, type App } from './app.ts';
import { EnvError, readEnv, type Env } from './env.ts';
import { createLogger, type Logger } from './log.ts';
import { loadPages } from './http/pages.ts';
import { loadSecret } from './secret.ts';
import { prepareDemo, printWhereToGo, type Demo } from './seed/demo.ts';

/** For whoever started the process; logs are for whoever runs it. */
function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** A fault of the surroundings, told in one line. */
class StartError extends Error {
  override name = 'StartError';
}

/** Runs until it is told to stop. Sets the exit code; throws nothing that was foreseen. */
export async function main(): Promise<void> {
  const stops: (() => Promise<void>)[] = [];
  let stopping: Promise<void> | null = null;
  const stop = () =>
    (stopping ??= (async () => {
      for (const end of stops.toReversed()) {
        await end().catch((error: unknown) => {
          process.exitCode = 1;
          say(`Stopping: ${error instanceof Error ? error.message : String(error)}`);
        });
      }
    })());
  stopOnSignals(stop);

  try {
    const env = readEnv();
    const log = createLogger({ level: env.logLevel });
    // Prisma asks several things at once on one connection; pg queues them and says so.
    process.removeAllListeners('warning');
    process.on('warning', (warning) => log.debug({ err: warning }, 'process warning'));
    await run(env, log, stops);
  } catch (error) {
    await stop();
    process.exitCode = 1;
    if (
      error instanceof EnvError ||
      error instanceof StartError ||
      error instanceof EmbeddedPostgresError ||
      error instanceof MigrationError
    ) {
      say(error.message);
    } else {
      throw error;
    }
  }
}

async function run(env: Env, log: Logger, stops: (() => Promise<void>)[]): Promise<void> {
  useDataDir(env.dataDir);
  const databaseUrl = env.databaseUrl ?? (await embedded(env, log, stops));
  try {
    await applyMigrations({ url: databaseUrl });
  } catch (error) {
    throw env.databaseUrl ? (unreachable(error) ?? error) : error;
  }

  const app = await buildApp({
    databaseUrl,
    databasePoolSize: env.databasePoolSize,
    port: env.port,
    host: env.host,
    publicUrl: env.publicUrl,
    secret: env.secret ?? loadSecret(env.dataDir),
    role: env.role,
    workerConcurrency: env.workerConcurrency,
    mailFrom: env.mailFrom,
    delays: serverDelays,
    postmark: env.postmark,
    mailbox: env.demo && !env.postmark,
    explorer: !env.production,
    loadPages: env.role === 'worker' ? null : loadPages,
    paymentRecoverySeconds: env.paymentRecoverySeconds,
    // Elsewhere somebody tries them out, on this machine.
    webhookTargets: env.production ? 'public' : 'public-and-loopback',
    trustProxy: env.trustProxy,
    log,
    sandbox: {
      latencyMs: env.sandboxLatencyMs,
      settlementMs: env.sandboxSettlementSeconds * 1000,
    },
  });
  stops.push(() => app.stop());
  const demo = env.demo ? await prepareDemo(app, env, databaseUrl) : null;
  const { url } = await startApp(app, env, demo);
  printWhereToGo(url, demo);
}

async function startApp(app: App, env: Env, demo: Demo | null): Promise<{ url: string }> {
  try {
    return await app.start(
      demo
        ? {
            portalPath: new URL(demo.portalUrl).pathname,
            mailboxPath: '/mailbox',
            customerEmail: demo.pastDueCustomerEmail,
          }
        : undefined,
    );
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new StartError(`Port ${env.port} is taken. Set PORT to another one.`);
    }
    if (code === 'EACCES') throw new StartError(`Port ${env.port} needs more rights. Set PORT.`);
    throw error;
  }
}

async function embedded(env: Env, log: Logger, stops: (() => Promise<void>)[]): Promise<string> {
  const postgres = await startEmbeddedPostgres({
    dataDir: join(env.dataDir, 'postgres'),
    log: (line) => log.info({ part: 'postgres' }, line),
  });
  stops.push(() => postgres.stop());
  return postgres.url;
}

function useDataDir(dataDir: string): void {
  try {
    makeFolder(dataDir);
    accessSync(dataDir, constants.W_OK);
  } catch {
    throw new StartError(`The folder ${dataDir} cannot be written. Set DATA_DIR to one that can.`);
  }
}

/** One by one: Node's recursive way never ends in a folder that takes no others, such as /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** @returns the error to show when the database could not be reached at all, else null. */
function unreachable(error: unknown): StartError | null {
  const message = error instanceof Error ? error.message : String(error);
  return /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|reach|authentication|does not exist|connect/i.test(
    message,
  )
    ? new StartError(`DATABASE_URL: the database cannot be reached (${message.split('\n', 1)[0]}).`)
    : null;
}

/** The first signal ends in order; a second one ends at once. */
function stopOnSignals(stop: () => Promise<void>): void {
  let signals = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      signals += 1;
      if (signals > 1) process.exit(130);
      void stop().then(() => process.exit(process.exitCode ?? 0));
    });
  }
}

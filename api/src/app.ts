/**
 * How it runs: puts the domain, its adapters, the GraphQL schema and the pages together, and serves
 * them on one port. Reads no environment and ends no process: `server.ts` does that.
 *
 * Terms: an *adapter* connects a port of billing to something real; the *worker* runs jobs; a *role*
 * says which half of the application this process runs.
 */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { endStaffSession } from '@4geeks/billing/merchant/end-staff-session';
import { resolveStaffMember } from '@4geeks/billing/merchant/resolve-staff-member';
import type { Billing, Mailer } from '@4geeks/billing/ports';
import { ownTaxRates } from '@4geeks/billing/tax/own-tax-rates';
import { openDatabase, type Database } from '@4geeks/prisma';
import { apiId } from '@4geeks/schema/api-id';
import { hashPassword } from './hash-password.ts';
import { createBlobStore } from './adapters/blobs.ts';
import { createBus, type Bus } from './adapters/bus/postgres.ts';
import { createWebhookReader } from './adapters/gateway/sandbox/read-webhook.ts';
import {
  createSandboxGateway,
  type SandboxFaults,
  type SandboxGateway,
} from './adapters/gateway/sandbox/sandbox-gateway.ts';
import { createEnqueue, enqueue, type EnqueueOptions } from './adapters/jobs/enqueue.ts';
import { unfinishedJobs } from './adapters/jobs/unfinished-jobs.ts';
import { migrateJobs, startWorker, type Worker } from './adapters/jobs/graphile.ts';
import { readLogo } from './adapters/logo.ts';
import { createOutbox, type Outbox } from './adapters/mail/outbox.ts';
import { createPostmarkMailer } from './adapters/mail/postmark.ts';
import { createSecretBox } from './adapters/secret-box.ts';
import type { WebhookTargets } from './adapters/webhook/public-address.ts';
import { createWebhookWaker } from './adapters/webhook/wake-deliveries.ts';
import { createWebhookSender } from './adapters/webhook/webhook-sender.ts';
import { jobHandlers } from './jobs/handlers.ts';
import type { Logger } from './log.ts';
import { createPdfRenderer, type PdfRenderer } from './pdf/pdf-renderer.ts';
import { createGraphql } from './http/graphql.ts';
import { readKnownDocuments } from './http/known-documents.ts';
import {
  LiveLimits,
  noLiveLimits,
  usualLiveLimits,
  type LiveLimitNumbers,
} from './http/live-limits.ts';
import { offerApiToPages, type PagesApi } from './http/pages.ts';
import { createHttpServer, type Pages } from './http/server.ts';
import {
  createRateLimits,
  noRateLimits,
  operationRates,
  type OperationRates,
  type RateLimits,
} from './http/rate-limits.ts';
import { answerGraphql, createRoutes, gatewayWebhookPath } from './http/routes.ts';
import { clientAddressHeader, createStaffAuth, type StaffAuth } from './http/staff-auth.ts';
import { clientAddressOf } from './http/node-request.ts';
import { serveWebSockets } from './http/websocket.ts';
import { newRequestId } from './request-id.ts';
import { createSealing } from './sealing.ts';
import { deriveKey, gatewayWebhookSecret } from './secret.ts';

export interface AppOptions {
  /** `postgresql://...`, migrated. */
  databaseUrl: string;
  /** Connections for requests, and again as many for jobs. */
  databasePoolSize?: number;
  /** 0: any free port. */
  port: number;
  host: string;
  /** Without a trailing slash; null: whatever port it gets, on localhost. */
  publicUrl: string | null;
  /** At least 32 characters; every key is derived from it. */
  secret: string;
  role?: 'all' | 'api' | 'worker';
  workerConcurrency?: number;
  mailFrom: string;
  /** How long jobs let what somebody waits for go first. Default: not at all. */
  delays?: EnqueueOptions;
  /** Null: mails stay in the outbox. */
  postmark: { serverToken: string; messageStream: string } | null;
  /** Opens the mailbox pages. */
  mailbox: boolean;
  /** GraphiQL at GET /graphql. */
  explorer: boolean;
  /** SvelteKit's handler; null: API only. */
  loadPages: (() => Promise<Pages>) | null;
  paymentRecoverySeconds: number;
  /** Where merchants' webhooks may go. Default: the public internet alone. */
  webhookTargets?: WebhookTargets;
  trustProxy?: boolean;
  log: Logger;
  sandbox?: {
    latencyMs?: number;
    /** From accepting a bank debit to the bank's word on it. */
    settlementMs?: number;
    /** For tests. */
    faults?: SandboxFaults;
  };

  // For tests.
  /** Default: the wall clock. */
  now?: () => Date;
  /** Default true: sweeps run at start and every minute, and the sandbox's bank by itself. */
  sweep?: boolean;
  /** Default true: tries by network address, operations by viewer, at these rates, and what is open. */
  limitRates?: boolean | OperationRates;
  /** Default 15 s: how long an operation may take. */
  operationTimeoutMs?: number;
  /** What may be open at once, where it is not as usual. */
  liveLimits?: Partial<LiveLimitNumbers>;
  /** How long a socket may take to say who it is. Default 10 s. */
  socketInitMs?: number;
  /** How long a client may take nothing of a stream. Default 30 s; comments go out every 12. */
  streamStalledMs?: number;
}

/** The parts that seeds and tests reach for. */
export interface App {
  billing: Billing;
  /** The same over connections of its own, on which statements take as long as they need. */
  billingOfJobs: Billing;
  database: Database;
  /** Listeners to the live bus, of open subscriptions and sessions. */
  readonly listeners: number;
  sandbox: SandboxGateway;
  outbox: Outbox;
  staffAuth: StaffAuth;
  worker: Worker | null;
  /**
   * Listens and takes jobs.
   * @param demo where the landing page leads; absent without a demo.
   */
  start(demo?: PagesApi['demo']): Promise<{ url: string; port: number }>;
  /** Ends in order: no new requests, sockets told to go, jobs finished, connections closed. */
  stop(): Promise<void>;
}

/**
 * What Postgres still works on when an operation has been ended for taking too long is ended so much
 * later: nobody waits for it.
 */
const statementGraceMs = 2000;

export async function buildApp(options: AppOptions): Promise<App> {
  const { databaseUrl, log, role = 'all', trustProxy = false } = options;
  const publicUrl = options.publicUrl ?? `http://localhost:${options.port}`;
  const now = options.now ?? (() => new Date());
  const operationTimeoutMs = options.operationTimeoutMs ?? 15_000;
  const database = openDatabase({
    url: databaseUrl,
    poolSize: options.databasePoolSize,
    statementTimeoutMs: operationTimeoutMs + statementGraceMs,
  });
  const databaseOfJobs = openDatabase({ url: databaseUrl, poolSize: options.databasePoolSize });

  const webhookSecret = gatewayWebhookSecret(options.secret);
  /** Where this process is reached by itself; a worker alone goes by the public address. */
  let ownUrl = publicUrl;
  const sandbox = createSandboxGateway({
    connectionString: databaseUrl,
    publicUrl,
    secret: deriveKey(options.secret, 'sandbox gateway'),
    now,
    ...options.sandbox,
    webhooks: { secret: webhookSecret, url: () => ownUrl + gatewayWebhookPath },
  });
  await sandbox.migrate();
  const outbox = createOutbox({ connectionString: databaseUrl });
  await outbox.migrate();
  await migrateJobs(databaseUrl, log);

  const bus: Bus = await createBus({
    connectionString: databaseUrl,
    database,
    log,
    // Nobody subscribes at a worker; what it publishes is heard elsewhere.
    ...(role === 'worker' ? { pollMs: 0 } : {}),
  });
  const mailer: Mailer = options.postmark ? createPostmarkMailer(options.postmark) : outbox.mailer;
  const webhookSender = createWebhookSender({ targets: options.webhookTargets ?? 'public' });
  const enqueueJobs = options.delays ? createEnqueue(options.delays) : enqueue;
  const webhookWaker = createWebhookWaker({ database, enqueue: enqueueJobs, log });
  const billing: Billing = {
    database,
    clock: { now },
    gateway: sandbox.gateway,
    mailer,
    tax: ownTaxRates,
    blobs: createBlobStore(database),
    readLogo,
    enqueue: enqueueJobs,
    unfinishedJobs,
    secrets: createSecretBox(deriveKey(options.secret, 'sealed secrets')),
    webhooks: webhookSender,
    hashPassword,
    apiId,
    publish(events) {
      bus.publish(events);
      webhookWaker.notice(events);
    },
    hashKey: deriveKey(options.secret, 'billing hashes'),
    publicUrl,
    mailFrom: options.mailFrom,
    paymentRecoverySeconds: options.paymentRecoverySeconds,
  };
  const billingOfJobs: Billing = {
    ...billing,
    database: databaseOfJobs,
    blobs: createBlobStore(databaseOfJobs),
  };
  const staffAuth = createStaffAuth({
    database,
    secret: deriveKey(options.secret, 'staff sessions'),
    publicUrl,
    log,
    async onSignOut(session) {
      const member = await resolveStaffMember(billing, session);
      if (member) await endStaffSession(billing, member);
    },
    triesPerMinute: options.limitRates === false ? 0 : 10,
  });

  let worker: Worker | null = null;
  let workerEnded = false;
  let stopping: Promise<void> | null = null;
  let http: { server: Server; closeSockets(): Promise<void>; pdf: PdfRenderer } | null = null;
  let rateLimits: RateLimits = noRateLimits;

  async function listen(demo: PagesApi['demo']): Promise<number> {
    const { limitRates = true } = options;
    if (limitRates) {
      const rates = limitRates === true ? operationRates : limitRates;
      rateLimits = await createRateLimits(databaseUrl, rates);
    }
    const documents = readKnownDocuments();
    const port = {
      billing,
      bus,
      staffAuth,
      rateLimits,
      liveLimits: new LiveLimits({
        ...(options.limitRates === false ? noLiveLimits : usualLiveLimits),
        ...options.liveLimits,
      }),
      secureCookies: publicUrl.startsWith('https:'),
    };
    const yoga = createGraphql({
      ...port,
      log,
      publicUrl,
      explorer: options.explorer && {
        slug: demo?.portalPath.split('/').at(-1),
        email: demo?.customerEmail,
      },
      documents,
      operationTimeoutMs,
      sealing: createSealing(deriveKey(options.secret, 'idempotent answers')),
    });
    const pdf = createPdfRenderer();
    const routes = createRoutes({
      ...port,
      yoga,
      pdf,
      sandbox,
      readGatewayWebhook: createWebhookReader(webhookSecret),
      outbox: options.mailbox ? outbox : null,
      readiness: {
        database,
        isWorkerRunning: () => role === 'api' || (worker !== null && !workerEnded),
        isStopping: () => stopping !== null,
      },
    });
    offerApiToPages({
      fetch: (request) =>
        answerGraphql(yoga, request, {
          requestId: newRequestId(request.headers.get('x-request-id')),
          // The page's own request came from the client; this hop has no address.
          clientAddress: request.headers.get(clientAddressHeader) ?? 'pages',
        }),
      ...(demo ? { demo } : {}),
    });
    const pages = (await options.loadPages?.()) ?? ((_request, _response, next) => next());
    const server = createHttpServer({
      routes,
      pages,
      trustProxy,
      publicUrl,
      stalledMs: options.streamStalledMs ?? 30_000,
      log,
    });
    const closeSockets = serveWebSockets(server, {
      ...port,
      yoga,
      log,
      publicUrl,
      documents,
      initMs: options.socketInitMs ?? 10_000,
      clientAddressOf: (request) => clientAddressOf(request, trustProxy),
    });
    http = { server, closeSockets, pdf };
    server.listen(options.port, options.host);
    await once(server, 'listening');
    const { port: boundPort } = server.address() as AddressInfo;
    ownUrl = loopbackUrl(options.host, boundPort);
    return boundPort;
  }

  return {
    billing,
    billingOfJobs,
    database,
    sandbox,
    outbox,
    staffAuth,
    get listeners() {
      return bus.size;
    },
    get worker() {
      return worker;
    },
    async start(demo) {
      const port = role === 'worker' ? options.port : await listen(demo);
      if (role !== 'api') {
        worker = await startWorker({
          connectionString: databaseUrl,
          billing: billingOfJobs,
          handlers: jobHandlers,
          log,
          concurrency: options.workerConcurrency,
          sweep: options.sweep,
        });
        if (options.sweep !== false) {
          sandbox.start((error) => log.error({ err: error, part: 'sandbox' }, 'sandbox failed'));
        }
        worker.ended.then(
          () => (workerEnded = true),
          () => (workerEnded = true),
        );
      }
      return { url: options.publicUrl ?? `http://localhost:${port}`, port };
    },
    stop: () =>
      (stopping ??= (async () => {
        if (http) {
          const { server, closeSockets, pdf } = http;
          const closed = new Promise((resolve) => server.close(resolve));
          await closeSockets();
          server.closeIdleConnections();
          // What is still being answered gets a moment.
          setTimeout(() => server.closeAllConnections(), 3000).unref();
          await closed;
          await pdf.close();
        }
        await worker?.stop();
        await webhookWaker.close();
        await bus.close();
        await Promise.all([
          webhookSender.close(),
          rateLimits.close(),
          outbox.close(),
          sandbox.close(),
        ]);
        await Promise.all([database.$disconnect(), databaseOfJobs.$disconnect()]);
      })()),
  };
}

/** An address of the server for this process: `0.0.0.0` and `::` are none to connect to. */
function loopbackUrl(host: string, port: number): string {
  if (host === '0.0.0.0' || host === '::') return `http://127.0.0.1:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/**
 * Live messages to ten thousand subscribers of one process, each a customer at a portal with a session
 * of their own: one event for all of them (the portal's branding), and events for one of them. Beside
 * it, in the same run, a bare `ws` server that reads one row by its id and sends it to as many sockets. Servers and clients
 * are processes of their own.
 *
 *   node bench/live/main.ts [--subscribers 10000] [--events 2000]
 *
 * Prints p50 and p99 from the commit of the change to the arrival, memory a connection, what an
 * event for one costs the server with all connected and with that one alone, and lines a tool can
 * read: `bench live: ... ratio=...`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildApp } from '@4geeks/api';
import { createLogger } from '@4geeks/api/log';
import { hashSecret, newSecret } from '@4geeks/billing/access/secret';
import type { SystemViewer } from '@4geeks/billing/access/viewer';
import { createMerchant } from '@4geeks/billing/merchant/create-merchant';
import { enablePortal } from '@4geeks/billing/portal/enable-portal';
import { startEmbeddedPostgres } from '@4geeks/prisma/embedded';
import { applyMigrations } from '@4geeks/prisma/migrate';
import pg from 'pg';
import { startChild } from '../child.ts';
import { percentile } from '../percentile.ts';
import { appOptions } from '../renewals/app-options.ts';
import type { BareRequest } from './bare.ts';
import type { ClientRequest, Listener } from './clients.ts';
import type { ServerRequest } from './ours.ts';
import type { Usage } from './usage.ts';

const target = 3;

const { values } = parseArgs({
  options: {
    subscribers: { type: 'string', default: '10000' },
    events: { type: 'string', default: '2000' },
  },
});
const subscribers = Number(values.subscribers);
const events = Number(values.events);

interface Subscriber {
  customerId: string;
  cookie: string;
}

const dataDir = await mkdtemp(join(tmpdir(), 'bench-live-'));
const postgres = await startEmbeddedPostgres({ dataDir });
process.removeAllListeners('warning');
process.on('warning', () => {});
try {
  await measure();
} finally {
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function measure(): Promise<void> {
  await applyMigrations({ url: postgres.url });
  const { merchantId, portalSlug, all } = await prepare();
  const ours = startChild<ServerRequest, unknown>(new URL('./ours.ts', import.meta.url));
  const bare = startChild<BareRequest, unknown>(new URL('./bare.ts', import.meta.url));
  const clients = startChild<ClientRequest, unknown>(new URL('./clients.ts', import.meta.url));
  const listening = (query: string, some: readonly Subscriber[]): Listener[] =>
    some.map(({ cookie }) => ({ cookie, portalSlug, query }));
  const brand = `subscription { portalChanged(slug: "${portalSlug}") { companyName } }`;
  const billing = 'subscription { customerBilling { name billingStatus } }';
  try {
    const url = (await ours.ask({ ask: 'start', databaseUrl: postgres.url })) as string;
    const bareUrl = (await bare.ask({
      ask: 'start',
      databaseUrl: postgres.url,
      customerId: all[0]!.customerId,
    })) as string;
    const open = (listeners: Listener[]) => clients.ask({ ask: 'open', url, listeners, plain: 0 });
    const close = async () => {
      await clients.ask({ ask: 'close' });
      // Their server notices.
      await new Promise((resolve) => setTimeout(resolve, 1000));
    };
    const arrivals = async (text: string, count: number) =>
      (await clients.ask({ ask: 'arrivals', text, count })) as number[];

    /** @returns how long each message of events for one took, and the CPU time of each event. */
    async function eventsForOne(name: string) {
      const { customerId } = all[0]!;
      const before = (await ours.ask({ ask: 'usage' })) as Usage;
      const delays: number[] = [];
      for (let event = 0; event < events; event += 1) {
        const text = `${name} ${event}.`;
        const at = (await ours.ask({ ask: 'one', merchantId, customerId, text })) as number;
        delays.push(...(await arrivals(text, 1)).map((arrival) => arrival - at));
      }
      const after = (await ours.ask({ ask: 'usage' })) as Usage;
      return { delays, cpuMs: (after.cpuMs - before.cpuMsThen) / events };
    }

    await open(listening(billing, all.slice(0, 1)));
    await eventsForOne('Warm');
    const alone = await eventsForOne('Alone');
    await close();

    const empty = (await ours.ask({ ask: 'usage' })) as Usage;
    await open(listening(billing, all));
    const full = (await ours.ask({ ask: 'usage' })) as Usage;
    const heardBefore = (await clients.ask({ ask: 'count' })) as number;
    const one = await eventsForOne('Full');
    const heard = ((await clients.ask({ ask: 'count' })) as number) - heardBefore;
    if (heard !== events) throw new Error(`${events} events for one made ${heard} messages`);
    await close();

    await open(listening(brand, all));
    const toAll = (await ours.ask({ ask: 'all', merchantId, text: 'Another name' })) as number;
    const allDelays = (await arrivals('Another name', subscribers)).map((at) => at - toAll);
    await close();

    const bareEmpty = (await bare.ask({ ask: 'usage' })) as Usage;
    await clients.ask({ ask: 'open', url: bareUrl, listeners: [], plain: subscribers });
    const bareFull = (await bare.ask({ ask: 'usage' })) as Usage;
    const bareOne: number[] = [];
    for (let event = 0; event < events; event += 1) {
      const at = (await bare.ask({ ask: 'one', text: `one ${event}.` })) as number;
      bareOne.push(...(await arrivals(`one ${event}.`, 1)).map((arrival) => arrival - at));
    }
    const bareAt = (await bare.ask({ ask: 'all', text: 'everybody' })) as number;
    const bareAll = (await arrivals('everybody', subscribers)).map((at) => at - bareAt);

    report('all', allDelays, bareAll);
    report('one', one.delays, bareOne);
    const kb = (from: Usage, to: Usage) => (to.rssBytes - from.rssBytes) / subscribers / 1024;
    const [memory, bareMemory] = [kb(empty, full), kb(bareEmpty, bareFull)];
    console.log(
      `bench live: memory_kb=${memory.toFixed(1)} bare_kb=${bareMemory.toFixed(1)} ` +
        `ratio=${(memory / bareMemory).toFixed(2)} (target <= ${target})`,
    );
    console.log(
      `bench live: cpu_ms_of_one=${one.cpuMs.toFixed(2)} cpu_ms_of_one_alone=` +
        `${alone.cpuMs.toFixed(2)} ratio=${(one.cpuMs / alone.cpuMs).toFixed(2)}`,
    );
    await Promise.all([ours.ask({ ask: 'stop' }), bare.ask({ ask: 'stop' })]);
  } finally {
    await Promise.all([clients.close(), ours.close(), bare.close()]);
  }
}

/** One merchant, and customers who are signed in to its portal. */
async function prepare() {
  const app = await buildApp({
    ...appOptions(postgres.url),
    role: 'api',
    log: createLogger({ level: 'error' }),
  });
  const merchant = await createMerchant(app.billing, {
    name: 'Bench',
    mode: 'LIVE',
    currency: 'EUR',
    locale: 'en',
    timeZone: 'UTC',
    supportEmail: 'bench@payments.example',
    address: '',
    invoicePrefix: 'B',
  });
  const system: SystemViewer = { kind: 'system', merchantId: merchant.id };
  const { slug } = await enablePortal(app.billing, system);
  const portalSlug = slug ?? '';
  const sessions = Array.from({ length: subscribers }, (_, index) => {
    const token = newSecret();
    const tokenHash = hashSecret(app.billing.hashKey, 'portal-session', token);
    return { index, token, tokenHash, customer: crypto.randomUUID() };
  });
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(
    `WITH person AS (
       SELECT * FROM jsonb_to_recordset($2::jsonb)
         AS person (index int, "tokenHash" text, customer uuid)
     ), customer AS (
       INSERT INTO "Customer" (id, "merchantId", name, email, "emailNormalized")
       SELECT customer, $1::uuid, 'Customer ' || index, index || '@payments.example',
         index || '@payments.example'
       FROM person
     )
     INSERT INTO "PortalSession" (id, "merchantId", "customerId", "tokenHash", "expiresAt")
     SELECT uuidv7(), $1::uuid, customer, "tokenHash", now() + interval '1 hour' FROM person`,
    [merchant.id, JSON.stringify(sessions.map(({ token: _token, ...session }) => session))],
  );
  await client.query('ANALYZE');
  await client.end();
  await app.stop();
  const all: Subscriber[] = sessions.map(({ token, customer }) => ({
    customerId: customer,
    cookie: `portal_session_${portalSlug}=${token}`,
  }));
  return { merchantId: merchant.id, portalSlug, all };
}

function report(event: string, delays: readonly number[], bare: readonly number[]): void {
  const [p50, p99] = [percentile(delays, 0.5), percentile(delays, 0.99)];
  const [bare50, bare99] = [percentile(bare, 0.5), percentile(bare, 0.99)];
  console.log(
    `bench live: event=${event} subscribers=${subscribers} p50_ms=${p50.toFixed(1)} ` +
      `p99_ms=${p99.toFixed(1)} bare_p50_ms=${bare50.toFixed(1)} bare_p99_ms=${bare99.toFixed(1)} ` +
      `ratio=${(p99 / bare99).toFixed(2)} (target <= ${target})`,
  );
}

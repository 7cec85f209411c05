/**
 * How fast the API answers: three operations, asked by an API key over HTTP, beside PostGraphile 5
 * and beside one statement of SQL written by hand, in the same run on the same Postgres and data.
 * Each server is a process of its own, and so are the clients. All three check who asks and show
 * only what that merchant may see; their answers are compared before anything is measured.
 *
 *   node bench/query/main.ts [--customers 5000] [--rounds 7] [--quick]
 *
 * The servers take turns, a second each, so that whatever slows the machine slows all of them;
 * medians of the rounds count. Prints requests a second and what one costs its server in CPU time,
 * and one line a tool can read for each operation and number of clients:
 * `bench query: op=... at_once=... ratio=...`, where ratio is ours of PostGraphile's.
 */
import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildApp } from '@4geeks/api';
import { createLogger } from '@4geeks/api/log';
import { hashSecret } from '@4geeks/billing/access/secret';
import type { Scope } from '@4geeks/billing/access/viewer';
import { createApiKey } from '@4geeks/billing/api-key/create-api-key';
import { startEmbeddedPostgres } from '@4geeks/prisma/embedded';
import { applyMigrations } from '@4geeks/prisma/migrate';
import { startChild, type Child } from '../child.ts';
import { appOptions } from '../renewals/app-options.ts';
import { fillDatabase } from '../renewals/fill-database.ts';
import type { Call, ClientAnswer, ClientRequest } from './clients.ts';
import { handWrittenHashKey } from './hand-written.ts';
import { addHistory, readerRole } from './history.ts';
import { operations, type Operation } from './operations.ts';
import type { ServerAnswer, ServerName, ServerRequest } from './server.ts';

const target = 1;
const serverNames: readonly ServerName[] = ['ours', 'postgraphile', 'hand'];
const clientsAtOnce = [1, 16];
/** Of one server in one round. */
const measureMs = 1000;
const warmUpMs = 3000;
/** Whom the operation on one customer is asked about, in turn. */
const customersAsked = 200;
/** What the operations read. */
const scopes: Scope[] = [
  'customers:read',
  'subscriptions:read',
  'invoices:read',
  'payments:read',
  'payment-methods:read',
];
const tokenSecret = 'a secret of a benchmark, good for nothing else';

const { values } = parseArgs({
  options: {
    customers: { type: 'string', default: '5000' },
    rounds: { type: 'string', default: '7' },
    quick: { type: 'boolean', default: false },
  },
});
const rounds = values.quick ? 3 : Number(values.rounds);

interface Asked {
  merchantId: string;
  customerIds: string[];
  /** Of an API key; for SQL by hand and for the API. */
  keys: Record<'ours' | 'hand', string>;
}

type Servers = Record<ServerName, { process: Child<ServerRequest, ServerAnswer>; url: string }>;

const postgres = await startEmbeddedPostgres({ dataDir: '/tmp/zzq/data' });
try {
  const asked = await prepare();
  const { writeFileSync } = await import('node:fs');
  writeFileSync('/tmp/zzq/asked.json', JSON.stringify({ asked }));
} finally {
  await postgres.stop();
}
async function measure(): Promise<void> {
  const asked = await prepare();
  const clients = startChild<ClientRequest, ClientAnswer>(new URL('./clients.ts', import.meta.url));
  const servers = await startServers();
  try {
    for (const operation of operations) await compareAnswers(clients, servers, operation, asked);
    console.log(
      'operation   at once   ours/s   PostGraphile/s   SQL/s   of PostGraphile   of SQL   CPU ms each',
    );
    for (const operation of operations) {
      const calls = callsOf(servers, operation, asked);
      for (const name of serverNames) {
        await repeat(clients, calls[name], Math.max(...clientsAtOnce), warmUpMs);
      }
      for (const atOnce of clientsAtOnce) {
        report(operation, atOnce, await takeTurns(clients, servers, calls, atOnce));
      }
    }
  } finally {
    await clients.close();
    for (const { process } of Object.values(servers)) await process.close();
  }
}

async function prepare(): Promise<Asked> {
  await applyMigrations({ url: postgres.url });
  const app = await buildApp({
    ...appOptions(postgres.url),
    role: 'api',
    log: createLogger({ level: 'error' }),
  });
  try {
    const admin = new URL(postgres.adminUrl);
    admin.pathname = new URL(postgres.url).pathname;
    await fillDatabase(app.billing, admin.href, {
      subscriptions: Number(values.customers),
      due: 1,
    });
    await addHistory(admin.href);
    const [merchant] = await app.database.customer.groupBy({
      by: ['merchantId'],
      _count: { id: true },
      orderBy: { _count: { id: 'desc' } },
      take: 1,
    });
    if (!merchant) throw new Error('There are no customers.');
    const { merchantId } = merchant;
    const customers = await app.database.customer.findMany({
      where: { merchantId },
      select: { id: true },
      take: customersAsked,
    });
    const system = { kind: 'system', merchantId } as const;
    const ours = await createApiKey(app.billing, system, { name: 'Bench', scopes });
    // The same key as the hand-written server would keep it.
    const byHand = await createApiKey(app.billing, system, { name: 'By hand', scopes });
    await app.database.apiKey.update({
      where: { id: byHand.apiKey.id },
      data: { keyHash: hashSecret(handWrittenHashKey, 'api-key', byHand.key) },
    });
    return {
      merchantId,
      customerIds: customers.map(({ id }) => id),
      keys: { ours: ours.key, hand: byHand.key },
    };
  } finally {
    await app.stop();
  }
}

async function startServers(): Promise<Servers> {
  const started = serverNames.map(async (name) => {
    const process = startChild<ServerRequest, ServerAnswer>(
      new URL('./server.ts', import.meta.url),
      { GRAPHILE_ENV: 'production' },
    );
    const url = await process.ask({ ask: 'start', name, url: postgres.url, tokenSecret });
    return [name, { process, url: String(url) }] as const;
  });
  return Object.fromEntries(await Promise.all(started)) as Servers;
}

function callsOf(
  servers: Servers,
  { name, documents }: Operation,
  { merchantId, customerIds, keys }: Asked,
): Record<ServerName, Call[]> {
  const ids = name === 'customer' ? customerIds : [''];
  const graphql = (server: 'ours' | 'postgraphile', token: string, id: string): Call => ({
    url: servers[server].url,
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: documents[server], variables: { id } }),
  });
  return {
    ours: ids.map((id) =>
      graphql('ours', keys.ours, Buffer.from(`Customer:${id}`).toString('base64')),
    ),
    postgraphile: ids.map((id) => graphql('postgraphile', tokenFor(merchantId), id)),
    hand: ids.map((id) => ({
      url: `${servers.hand.url}/${name}?id=${id}`,
      headers: { authorization: `Bearer ${keys.hand}` },
      body: null,
    })),
  };
}

/** A JSON web token as PostGraphile takes one. */
function tokenFor(merchantId: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { aud: 'postgraphile', role: readerRole, merchant_id: merchantId };
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', tokenSecret).update(signed).digest('base64url')}`;
}

/** @throws Error when the servers do not say the same, or say it to anybody. */
async function compareAnswers(
  clients: Child<ClientRequest, ClientAnswer>,
  servers: Servers,
  operation: Operation,
  asked: Asked,
): Promise<void> {
  const calls = callsOf(servers, operation, asked);
  for (const index of calls.ours.keys()) {
    const answers: string[] = [];
    for (const name of serverNames) {
      const call = calls[name][index];
      if (!call) throw new Error(`${name} has no call ${index}.`);
      const body = await clients.ask({ ask: 'once', call });
      answers.push(JSON.stringify(operation.read[name](String(body))));
    }
    if (new Set(answers).size !== 1) {
      throw new Error(`Answers to ${operation.name} differ:\n${answers.join('\n')}`);
    }
    if (answers[0] === '[]') throw new Error(`The answer to ${operation.name} is empty.`);
  }
}

async function repeat(
  clients: Child<ClientRequest, ClientAnswer>,
  calls: Call[],
  atOnce: number,
  milliseconds: number,
): Promise<{ count: number; seconds: number }> {
  const answer = await clients.ask({ ask: 'repeat', calls, atOnce, milliseconds });
  if (typeof answer === 'string') throw new Error(answer);
  return answer;
}

type Measured = Record<ServerName, { perSecond: number; cpuMs: number }>;

async function takeTurns(
  clients: Child<ClientRequest, ClientAnswer>,
  servers: Servers,
  calls: Record<ServerName, Call[]>,
  atOnce: number,
): Promise<Measured> {
  const all = serverNames.map((name) => ({
    name,
    perSecond: [] as number[],
    cpuMs: [] as number[],
  }));
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, perSecond, cpuMs } of all) {
      const before = Number(await servers[name].process.ask({ ask: 'usage' }));
      const { count, seconds } = await repeat(clients, calls[name], atOnce, measureMs);
      const after = Number(await servers[name].process.ask({ ask: 'usage' }));
      perSecond.push(count / seconds);
      cpuMs.push(((after - before) * 1000) / count);
    }
  }
  return Object.fromEntries(
    all.map(({ name, perSecond, cpuMs }) => [
      name,
      { perSecond: median(perSecond), cpuMs: median(cpuMs) },
    ]),
  ) as Measured;
}

function report({ name }: Operation, atOnce: number, { ours, postgraphile, hand }: Measured): void {
  const ratio = ours.perSecond / postgraphile.perSecond;
  const ofSql = ours.perSecond / hand.perSecond;
  const perSecond = (value: number, width: number) => value.toFixed(0).padStart(width);
  console.log(
    `${name.padEnd(9)}   ${String(atOnce).padStart(7)}   ${perSecond(ours.perSecond, 6)}   ` +
      `${perSecond(postgraphile.perSecond, 14)}   ${perSecond(hand.perSecond, 5)}   ` +
      `${ratio.toFixed(2).padStart(15)}   ${ofSql.toFixed(2).padStart(6)}   ` +
      `${[ours, postgraphile, hand].map(({ cpuMs }) => cpuMs.toFixed(2)).join(' / ')} ` +
      `(target >= ${target.toFixed(1)} of PostGraphile)`,
  );
  console.log(
    `bench query: op=${name} at_once=${atOnce} per_second=${ours.perSecond.toFixed(1)} ` +
      `postgraphile_per_second=${postgraphile.perSecond.toFixed(1)} ` +
      `sql_per_second=${hand.perSecond.toFixed(1)} cpu_ms=${ours.cpuMs.toFixed(3)} ` +
      `postgraphile_cpu_ms=${postgraphile.cpuMs.toFixed(3)} sql_cpu_ms=${hand.cpuMs.toFixed(3)} ` +
      `of_sql=${ofSql.toFixed(3)} ratio=${ratio.toFixed(3)}`,
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? NaN;
}

/** The whole application on a port, over a fresh database, with a worker and a clock that travels. */
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

import { buildApp, type App, type AppOptions } from '@4geeks/api';
import type { SandboxFaults } from '@4geeks/api/adapters/gateway/sandbox/sandbox-gateway';
import { enqueue } from '@4geeks/api/adapters/jobs/enqueue';
import { sweeps } from '@4geeks/api/adapters/jobs/graphile';
import { createLogger } from '@4geeks/api/log';
import type { Scope } from '@4geeks/billing/access/viewer';
import type { Job } from '@4geeks/billing/jobs';
import { addStaffMember } from '@4geeks/billing/merchant/add-staff-member';
import type { StaffRole } from '@4geeks/prisma';

import { testStart } from './billing.ts';
import { cleanUp } from './clean-up.ts';
import { travellingClock, type TravellingClock } from './clock.ts';
import { testDatabase, type TestDatabase } from './database.ts';
import { graphqlClient, type ClientOptions, type GraphqlClient } from './graphql-client.ts';
import { createSeed, type Seed, type SeededCustomer, type SeededMerchant } from './seed.ts';
import { secretsOf } from './sign-in-mail.ts';
import { debitSettlementMs } from './wire.ts';

export interface TestApi {
  url: string;
  app: App;
  clock: TravellingClock;
  database: TestDatabase;
  faults: SandboxFaults;
  seed: Seed;
  /** Everything logged, as lines of JSON. */
  logLines: string[];
  /** Takes the errors logged so far; those left at the end fail the file. */
  takeLoggedErrors(): string[];
  /** Waits until the worker has nothing to do. */
  drain(): Promise<void>;
  /** What the worker would do every minute. */
  sweep(): Promise<void>;
  client(options?: ClientOptions): GraphqlClient;
  /** Signs in to the console with a password. */
  staff(merchant: SeededMerchant, role?: StaffRole): Promise<GraphqlClient>;
  apiKey(merchant: SeededMerchant, scopes: readonly Scope[]): Promise<GraphqlClient>;
  /** Signs in to the portal with the link from the mail. */
  customer(merchant: SeededMerchant, customer: SeededCustomer): Promise<GraphqlClient>;
}

export const staffPassword = 'correct horse battery';

export type TestApiOptions = Pick<
  AppOptions,
  'limitRates' | 'liveLimits' | 'operationTimeoutMs' | 'socketInitMs' | 'streamStalledMs'
>;

export async function testApi(options: TestApiOptions = {}): Promise<TestApi> {
  const database = await testDatabase();
  const clock = travellingClock(testStart);
  const faults: SandboxFaults = {};
  const logLines: string[] = [];
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const app = await buildApp({
    databaseUrl: database.url,
    port,
    host: '127.0.0.1',
    publicUrl: url,
    secret: 'a secret of tests that is long enough to be one',
    mailFrom: 'billing@payments.test',
    postmark: null,
    mailbox: true,
    explorer: true,
    loadPages: null,
    paymentRecoverySeconds: 60,
    workerConcurrency: 4,
    databasePoolSize: 10,
    log: createLogger({
      level: 'debug',
      destination: { write: (line) => void logLines.push(line) },
    }),
    sandbox: { faults, settlementMs: debitSettlementMs },
    now: () => clock.now(),
    webhookTargets: 'public-and-loopback',
    sweep: false,
    ...options,
    limitRates: options.limitRates ?? false,
  });
  let errorsTaken = 0;
  const takeLoggedErrors = () => {
    const errors = logLines.slice(errorsTaken).filter((line) => line.includes('"level":"error"'));
    errorsTaken = logLines.length;
    return errors;
  };
  cleanUp(async () => {
    await app.stop();
    const errors = takeLoggedErrors();
    if (errors.length > 0) throw new Error(`Logged as errors:\n${errors.join('')}`);
  });
  await app.start();

  const drain = () => app.worker!.drain();
  const sweep = async () => {
    await app.sandbox.settleDue();
    await drain();
    for (const name of sweeps) {
      await enqueue(app.database.sql, [{ name, payload: {}, key: name } as Job]);
      await drain();
    }
  };
  const seed = createSeed({
    billing: app.billing,
    sandbox: app.sandbox,
    mailbox: {
      mails: async (to) => (await app.outbox.listWithBodies({ to, limit: 1000 })).reverse(),
    },
    drain,
    sweep,
    clock,
    sql: database.sql,
  });
  const client = (clientOptions?: ClientOptions) => graphqlClient(url, clientOptions);
  let staffCount = 0;

  return {
    url,
    app,
    clock,
    database,
    faults,
    seed,
    logLines,
    takeLoggedErrors,
    drain,
    sweep,
    client,
    async staff(merchant, role = 'OWNER') {
      staffCount += 1;
      const email = `${role.toLowerCase()}${staffCount}@staff.example`;
      const userId = await app.staffAuth.createStaffUser({
        name: role,
        email,
        password: staffPassword,
      });
      await addStaffMember(app.billing, merchant.system, { userId, role });
      const response = await client().fetch('/auth/sign-in/email', {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: url },
        body: JSON.stringify({ email, password: staffPassword }),
      });
      if (!response.ok) throw new Error(`Staff sign-in: ${response.status}`);
      return client({ headers: { cookie: cookiesOf(response) } });
    },
    async apiKey(merchant, scopes) {
      const { key } = await merchant.apiKey(scopes);
      const authorization = `Bearer ${key}`;
      return client({ headers: { authorization }, connectionParams: { authorization } });
    },
    async customer(merchant, customer) {
      const visitor = client({ headers: { 'x-portal': merchant.slug } });
      await visitor.data(
        `mutation ($input: RequestSignInLinkInput!) { requestSignInLink(input: $input) { __typename } }`,
        { input: { portalSlug: merchant.slug, email: customer.row.email } },
      );
      await drain();
      const mail = (await customer.mails()).findLast(({ tag }) => tag === 'sign-in-link');
      const confirmed = await visitor.request(
        `mutation ($input: ConfirmSignInInput!) { confirmSignIn(input: $input) { __typename } }`,
        { input: { portalSlug: merchant.slug, token: secretsOf(mail!).token } },
      );
      if (confirmed.data?.confirmSignIn?.__typename !== 'SignedIn') {
        throw new Error(`Portal sign-in: ${JSON.stringify(confirmed)}`);
      }
      return client({
        headers: { 'x-portal': merchant.slug, cookie: cookiesOf(confirmed) },
        connectionParams: { portal: merchant.slug },
      });
    },
  };
}

/** The Cookie header that an answer's Set-Cookie headers lead to. */
export function cookiesOf({ headers }: { headers: Headers }): string {
  return headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

/** A global id of the API. */
export function globalId(type: string, id: string): string {
  return Buffer.from(`${type}:${id}`).toString('base64');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

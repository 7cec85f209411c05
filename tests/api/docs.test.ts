/** What docs/api and the explorer show runs, on the demo's data; and the list of codes is whole. */
import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { createSandboxGateway } from '@4geeks/api/adapters/gateway/sandbox/sandbox-gateway';
import { examplesFor } from '@4geeks/api/http/explorer-examples';
import { operationRates } from '@4geeks/api/http/rate-limits';
import { seedDemo } from '@4geeks/api/seed/seed-demo';
import { buildSchema, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';

import { cookiesOf, globalId, staffPassword, testApi } from '../testkit/api.ts';
import { cleanUp } from '../testkit/clean-up.ts';
import { codesInSource } from './error-codes.ts';

const root = new URL('../..', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

const api = await testApi();
const clock = { now: api.clock.now() };
const sandbox = createSandboxGateway({
  connectionString: api.database.url,
  publicUrl: api.url,
  secret: 'secret of the sandbox in tests',
  now: () => clock.now,
  webhooks: {
    secret: 'whsec_c2VlZHM=',
    url: () => api.url,
    post: async () => new Response(null, { status: 204 }),
  },
});
cleanUp(() => sandbox.close());
const demo = await seedDemo({
  billing: api.app.billing,
  sandbox,
  clock,
  createStaffUser: (user) => api.app.staffAuth.createStaffUser(user),
  staffPassword,
});
const slug = new URL(demo.portalUrl).pathname.split('/').at(-1);
const customer = await api.app.database.customer.findFirstOrThrow({
  where: { merchantId: demo.merchantId, email: demo.pastDueCustomerEmail },
});
const signedIn = await api.client().fetch('/auth/sign-in/email', {
  method: 'POST',
  headers: { 'content-type': 'application/json', origin: api.url },
  body: JSON.stringify({ email: demo.staffEmail, password: staffPassword }),
});
const staff = api.client({ headers: { cookie: cookiesOf(signedIn) } });

describe('an example of the explorer', () => {
  const examples = examplesFor({ slug, email: demo.pastDueCustomerEmail }).map(
    ({ query, variables = '{}' }) =>
      [/(?:query|mutation|subscription) (\w+)/.exec(query)![1]!, query, variables] as const,
  );

  it.each(examples)('%s answers something', async (name, query, variables) => {
    const given = JSON.parse(variables) as object;
    if (name === 'TooMuch') {
      const { errors } = await staff.request(query, given);
      expect(errors).toMatchObject([{ extensions: { code: 'QUERY_TOO_COMPLEX' } }]);
      return;
    }
    const { data, errors } = query.includes('\nsubscription')
      ? await staff.live(query, given).next()
      : await staff.request(query, given);
    expect(errors).toEqual([]);
    for (const value of Object.values(data as object)) {
      expect(value).toBeTruthy();
      // A list shows something.
      if ('edges' in value) expect(value.edges.length).toBeGreaterThan(0);
    }
  });

  it('stands in a tab of the explorer', async () => {
    const page = await api.client().fetch('/graphql', { headers: { accept: 'text/html' } });
    const html = await page.text();
    for (const [name] of examples) expect(html).toContain(name);
  });
});

/** The examples of a document in one language, in their order. */
const blocksOf = (text: string, language: string) =>
  [...text.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, block]) => block!,
  );

/** Folders of programs, curl's among them. */
function searchPath(): string[] {
  const folders = (process.env.PATH ?? '').split(delimiter);
  if (folders.some((folder) => existsSync(join(folder, 'curl')))) return folders;
  const folder = mkdtempSync(join(tmpdir(), '4geeks-curl-'));
  copyFileSync(new URL('tests/testkit/curl.mjs', root), join(folder, 'curl'));
  chmodSync(join(folder, 'curl'), 0o755);
  return [folder, ...folders];
}

async function run(command: string, args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, {
    // Where a program finds what the document tells to install.
    cwd: new URL('web', root).pathname,
    env: {
      PATH: searchPath().join(delimiter),
      API: `${api.url}/graphql`,
      KEY: demo.apiKey,
      CUSTOMER: globalId('Customer', customer.id),
    },
    timeout: 20_000,
  });
  return stdout;
}

const runProgram = (program: string) =>
  run(process.execPath, ['--input-type=module-typescript', '--eval', program]);

describe('docs/api/quick-start.md', () => {
  const text = read('docs/api/quick-start.md');
  const blocks = (language: string) => blocksOf(text, language);

  it('has commands that do what it says', async () => {
    const [whoAmI, pastDue, live, ...others] = blocks('sh');
    expect(others).toEqual([]);
    expect(JSON.parse(await run('sh', ['-euc', whoAmI!]))).toEqual({
      data: { viewer: { kind: 'API_KEY', scopes: expect.arrayContaining(['customers:read']) } },
    });
    const { data, errors } = JSON.parse(await run('sh', ['-euc', pastDue!]));
    expect(errors).toBeUndefined();
    expect(data.customers.edges.length).toBeGreaterThan(0);
    const events = await run('sh', ['-euc', live!]);
    expect(events).toContain('event: next');
    expect(events).toContain(customer.name);
  });

  it('has programs that do what it says', async () => {
    const [walk, live, ...others] = blocks('ts');
    expect(others).toEqual([]);
    const invoices = await api.app.database.invoice.count({
      where: { merchantId: demo.merchantId },
    });
    expect(await runProgram(walk!)).toBe(`${invoices} invoices\n`);
    expect(await runProgram(live!)).toContain(customer.name);
  });

  it('has documents that fit the schema', () => {
    const schema = buildSchema(read('schema/schema.graphql'));
    const documents = blocks('graphql');
    expect(documents).toHaveLength(1);
    for (const document of documents) expect(validate(schema, parse(document))).toEqual([]);
  });
});

describe('docs/api/keys-and-sessions.md', () => {
  const text = read('docs/api/keys-and-sessions.md');
  // The first says where the demo keeps its key.
  const [, whoAmI, returnUrls, session, ...others] = blocksOf(text, 'sh');

  it('makes portal sessions as it says', async () => {
    expect(others).toHaveLength(1);
    expect(JSON.parse(await run('sh', ['-euc', whoAmI!])).data.viewer.kind).toBe('API_KEY');
    expect(JSON.parse(await run('sh', ['-euc', returnUrls!])).data.updatePortalReturnUrls).toEqual({
      returnUrls: ['https://shop.example', 'http://localhost:3000'],
    });
    const { data } = JSON.parse(await run('sh', ['-euc', session!]));
    expect(data.createPortalSession.url).toContain(`/p/${slug}/sign-in/confirm?locale=de#session=`);
  });

  it('has a program that makes one with plans on offer', async () => {
    const [offer, ...more] = blocksOf(text, 'ts');
    expect(more).toEqual([]);
    await run('sh', ['-euc', returnUrls!]);
    expect(await runProgram(offer!)).toContain(`/p/${slug}/sign-in/confirm?`);
    const { prices } = await api.app.database.planOffer.findFirstOrThrow({
      include: { prices: true },
    });
    expect(prices.length).toBeGreaterThan(1);
  });
});

describe('docs/api/pagination-and-limits.md', () => {
  it('names the rates that hold', () => {
    const text = read('docs/api/pagination-and-limits.md');
    for (const points of Object.values(operationRates.points)) {
      expect(text).toContain(`| ${points.toLocaleString('en')} `);
    }
    expect(text).toContain(`${operationRates.requests.toLocaleString('en')} requests a minute`);
  });
});

describe('docs/api/errors.md', () => {
  const [rows = '', reasons = ''] = read('docs/api/errors.md').split('## Reasons');
  const documented = [...rows.matchAll(/^\| `(\w+)`/gm)].map(([, code]) => code!);
  const { codes, reasons: found, unread } = codesInSource();

  it('lists every code that the sources have, and no other', () => {
    /** Of the GraphQL server's own, and of a sign-in link by what became of it. */
    const fromElsewhere = [
      'BAD_REQUEST',
      'GRAPHQL_VALIDATION_FAILED',
      'OPERATION_RESOLUTION_FAILURE',
      'SIGN_IN_LINK_EXPIRED',
      'SIGN_IN_LINK_USED',
    ];
    expect([...new Set(documented)].sort()).toEqual(
      [...new Set([...codes, ...fromElsewhere])].sort(),
    );
  });

  it('lists every reason', () => {
    const listed = [...reasons.matchAll(/`(\w+)`/g)].map(([, reason]) => reason);
    expect([...found].filter((reason) => !listed.includes(reason))).toEqual([]);
  });

  it('knows of the places where a code or reason is named elsewhere', () => {
    expect(unread).toEqual([
      'billing/src/dunning-policy/validate-dunning-policy.ts: reason',
      'billing/src/notification/save-notification-template.ts: code',
      'billing/src/portal/confirm-sign-in.ts: confirmed',
      'billing/src/portal/update-portal-branding.ts: reason',
      'billing/src/product/create-price.ts: reason',
    ]);
  });
});

/** What a document may look like, what an operation may cost, and how much anybody may ask for. */
import { connect } from 'node:net';
import type { Billing } from '@4geeks/billing/ports';
import { getIntrospectionQuery } from 'graphql';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

import { globalId, testApi } from '../testkit/api.ts';
import type { Answer, GraphqlClient } from '../testkit/graphql-client.ts';

const api = await testApi();
const merchant = await api.seed.merchant();
const ada = await merchant.pastDueCustomer();
const staff = await api.staff(merchant);
const nobody = api.client();

const times = (count: number, text: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => text(at)).join(' ');
const spread = (accept: string) => ({ accept });

describe('a document', () => {
  const wide: [string, string, object][] = [
    [
      'sixty aliases',
      `{ viewer { kind ${times(61, (at) => `a${at}: __typename`)} } }`,
      { exceeded: 'aliases' },
    ],
    [
      'sixty aliases below the root',
      `{ viewer { ${times(61, (at) => `a${at}: kind`)} } }`,
      { exceeded: 'aliases', asked: 61, limit: 60 },
    ],
    [
      'sixty aliases by way of fragments',
      `{ viewer { ...Many ...Many ...Many } }
      fragment Many on Viewer { ...Few ...Few } fragment Few on Viewer { ${times(11, (at) => `a${at}: kind`)} }`,
      { exceeded: 'aliases', asked: 66 },
    ],
    [
      'thirty fields at its root',
      `{ ${times(31, () => 'viewer { kind }')} }`,
      { exceeded: 'rootFields', asked: 31, limit: 30 },
    ],
    [
      'sixty directives',
      `{ viewer { ${times(61, () => 'kind @include(if: true)')} } }`,
      { exceeded: 'directives' },
    ],
  ];

  it.each(wide)('of more than %s is refused, before it is priced', async (_what, query, facts) => {
    for (const client of [nobody, staff]) {
      const { data, errors, status } = await client.request(query);
      expect(data).toBeNull();
      expect(status).toBe(200);
      expect(errors).toMatchObject([{ extensions: { code: 'DOCUMENT_TOO_LARGE', ...facts } }]);
    }
    const live = nobody.live(`subscription ${query}`.replace('viewer', 'portalChanged(slug: "x")'));
    await expect(live.next()).rejects.toBeTruthy();
  });

  it('of just so many is answered', async () => {
    const query = `{ viewer { ${times(60, (at) => `a${at}: kind @include(if: true)`)} } }`;
    expect((await staff.data(query)).viewer.a59).toBe('STAFF');
  });

  it('may ask for the schema, but not for the types of its types of its types', async () => {
    const { __schema } = await nobody.data(getIntrospectionQuery());
    expect(__schema.types.length).toBeGreaterThan(100);
    const { errors } = await nobody.request(
      `{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }`,
    );
    expect(errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
  });
});

describe('an operation', () => {
  const dear = `{ customers(first: 100) { edges { node { invoices(first: 100) { edges { node {
    payments { status } } } } } } } }`;

  it('that costs too much is told its price, and nothing of it is executed', async () => {
    const { data, errors } = await staff.request(dear);
    expect(data).toBeNull();
    expect(errors).toEqual([
      {
        message: "The operation's complexity is 20201; the limit is 10000.",
        extensions: {
          code: 'QUERY_TOO_COMPLEX',
          exceeded: 'complexity',
          cost: { complexity: 20_201, depth: 8, breadth: 8 },
          limit: { complexity: 10_000, depth: 18, breadth: 600 },
        },
      },
    ]);
  });

  it('is told so with a status where the client understands one', async () => {
    const refused = (accept: string) => staff.request(dear, {}, spread(accept));
    expect((await refused('application/json')).status).toBe(200);
    expect((await refused('application/graphql-response+json')).status).toBe(400);
  });

  it('is told so over WebSocket, and the socket goes on', async () => {
    const query = 'subscription ($id: ID) { customerBilling(customerId: $id) { name ';
    const variables = { id: globalId('Customer', ada.id) };
    const answer = await staff
      .live(
        `${query} invoices(first: 100) { edges { node { payments { customer { invoices(first: 100) {
        edges { node { number } } } } } } } } } }`,
        variables,
      )
      .next();
    expect(answer).toMatchObject({
      data: null,
      errors: [{ extensions: { code: 'QUERY_TOO_COMPLEX', exceeded: 'complexity' } }],
    });
    const { data } = await staff.live(`${query} } }`, variables).next();
    expect(data.customerBilling.name).toBe(ada.row.name);
  });

  it('that is accepted says its price, by the pages it asks for', async () => {
    const cost = async (first: number) =>
      (
        await staff.request(
          'query ($first: Int) { customers(first: $first) { edges { node { id } } } }',
          {
            first,
          },
        )
      ).headers.get('x-query-cost');
    expect(await cost(1)).toBe('2');
    expect(await cost(100)).toBe('101');
  });

  it('is priced by the one that is asked for, not by the others in its document', async () => {
    const both = `query Cheap { viewer { kind } } query Dear ${dear}`;
    const ask = async (operationName: string) => {
      const response = await staff.fetch('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: both, operationName }),
      });
      return (await response.json()) as Answer;
    };
    expect((await ask('Cheap')).data.viewer.kind).toBe('STAFF');
    expect((await ask('Dear')).errors[0]!.extensions.code).toBe('QUERY_TOO_COMPLEX');
    expect((await ask('Neither')).errors[0]!.extensions.code).toBeTruthy();
  });

  it('with variables that do not fit hears of all of them', async () => {
    const { errors } = await staff.request(
      'query ($first: Int!, $id: ID!) { customers(first: $first) { totalCount } customer(id: $id) { name } }',
      { first: 'many' },
    );
    expect(errors.map(({ extensions }) => extensions.code)).toEqual([
      'BAD_USER_INPUT',
      'BAD_USER_INPUT',
    ]);
  });
});

describe('several operations in one request', () => {
  it('are refused in clear words', async () => {
    const response = await staff.fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(Array.from({ length: 2 }, () => ({ query: '{ viewer { kind } }' }))),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      errors: [{ message: 'Batching is not supported.', extensions: { code: 'BAD_REQUEST' } }],
    });
  });
});

describe('a body', () => {
  it('that is too large is refused in GraphQL’s shape', async () => {
    const large = await nobody.request(`# ${'x'.repeat(1_100_000)}`);
    expect(large.status).toBe(413);
    expect(large.errors).toMatchObject([{ extensions: { code: 'PAYLOAD_TOO_LARGE' } }]);
  });

  it('that does not say how large it is, too', async () => {
    const port = Number(new URL(api.url).port);
    const answer = await new Promise<string>((resolve, reject) => {
      let heard = '';
      const socket = connect(port, '127.0.0.1', () =>
        socket.write(
          `POST /graphql HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Type: application/json\r\n` +
            'Transfer-Encoding: chunked\r\n\r\n',
        ),
      );
      socket.on('data', (chunk) => (heard += String(chunk)));
      socket.on('error', reject);
      socket.on('close', () => resolve(heard));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 411 /);
    expect(answer).toContain('"code":"LENGTH_REQUIRED"');
  });
});

describe('an operation that takes too long', async () => {
  const slow = await testApi({ operationTimeoutMs: 300 });
  const shop = await slow.seed.merchant();
  const key = await slow.apiKey(shop, ['customers:read', 'customers:write']);

  /** While `ask` runs, nobody gets at customers. */
  async function whileLocked<Result>(ask: () => Promise<Result>): Promise<Result> {
    const held = slow.database.sql('begin; lock table "Customer"; select pg_sleep(1.5); commit');
    await sleep(100);
    const result = await ask();
    await held;
    return result;
  }

  it('is ended with TIMEOUT', async () => {
    const startedAt = performance.now();
    const answer = await whileLocked(async () => {
      const given = await key.request('{ customers { totalCount } }');
      expect(performance.now() - startedAt).toBeLessThan(1300);
      return given;
    });
    expect(answer.status).toBe(503);
    expect(answer.data).toBeNull();
    expect(answer.errors).toMatchObject([{ extensions: { code: 'TIMEOUT', timeoutMs: 300 } }]);
    expect((await key.data('{ customers { totalCount } }')).customers.totalCount).toBe(0);
    expect(slow.takeLoggedErrors()).toEqual([]);
  });

  it('over WebSocket too', async () => {
    const { errors } = await whileLocked(() => key.live('{ customers { totalCount } }').next());
    expect(errors).toMatchObject([{ extensions: { code: 'TIMEOUT' } }]);
  });

  it('begins no further change', async () => {
    const create = (name: string) => `${name}: createCustomer(input: {
      name: "${name}", email: "${name}@example.com", locale: en }) { __typename }`;
    const { errors } = await whileLocked(() =>
      key.request(`mutation { ${create('first')} ${create('second')} }`),
    );
    expect(errors).toMatchObject([{ extensions: { code: 'TIMEOUT' } }]);
    await sleep(200);
    const { customers } = await key.data('{ customers { edges { node { name } } } }');
    expect(customers.edges.map(({ node }: { node: { name: string } }) => node.name)).toEqual([
      'first',
    ]);
  });
});

describe('a statement of an operation that was ended', async () => {
  const slow = await testApi({ operationTimeoutMs: 200 });
  const shop = await slow.seed.merchant();
  await shop.customer();
  const key = await slow.apiKey(shop, ['customers:read']);
  const sleeping = async () =>
    (
      await slow.database.sql(
        `select query from pg_stat_activity where datname = current_database()
         and state = 'active' and wait_event = 'PgSleep'`,
      )
    ).length;

  it('does not run on in Postgres; one of a job has the time it needs', async () => {
    // Every row takes as long to read as this.
    await slow.database.sql(`create function nap() returns boolean language sql volatile
      as 'select pg_sleep(3.5)::text is not null'`);
    await slow.database.sql('create policy slow on "Customer" using (nap())');
    await slow.database.sql('alter table "Customer" enable row level security');
    await slow.database.sql('alter table "Customer" force row level security');
    const startedAt = performance.now();
    const { errors } = await key.request('{ customers { totalCount } }');
    expect(errors).toMatchObject([{ extensions: { code: 'TIMEOUT', timeoutMs: 200 } }]);
    expect(await sleeping()).toBe(1);
    await expect.poll(sleeping, { timeout: 5000 }).toBe(0);
    // Given up, and not finished.
    expect(performance.now() - startedAt).toBeLessThan(3300);

    const read = ({ database }: Billing) => database.customer.count();
    await expect(read(slow.app.billing)).rejects.toThrow('statement timeout');
    expect(await read(slow.app.billingOfJobs)).toBe(1);
    expect(slow.takeLoggedErrors()).toEqual([]);
  });
});

describe('whoever asks for a lot', async () => {
  const limited = await testApi({
    limitRates: {
      points: { apiKey: 50, staff: 40, customer: 30, anonymous: 20 },
      requests: 200,
    },
  });
  const shop = await limited.seed.merchant();
  const customer = await shop.pastDueCustomer();
  const page = '{ customers(first: 9) { edges { node { id } } } }';

  async function askUntilRefused(client: GraphqlClient, query = page): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (let time = 0; time < 60; time += 1) {
      const answer = await client.request(query);
      answers.push(answer);
      if (answer.status === 429) return answers;
    }
    throw new Error('Never refused');
  }

  it('with a key spends its points, is told what is left, and when to come back', async () => {
    const key = await limited.apiKey(shop, ['customers:read']);
    const answers = await askUntilRefused(key);
    // 1 for the connection and 9 for the page.
    expect(answers).toHaveLength(6);
    expect(answers.map(({ headers }) => headers.get('x-ratelimit-remaining'))).toEqual([
      '40',
      '30',
      '20',
      '10',
      '0',
      null,
    ]);
    expect(answers[0]!.headers.get('x-ratelimit-limit')).toBe('50');
    const refused = answers.at(-1)!;
    expect(refused.errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
    const retryAfter = Number(refused.headers.get('retry-after'));
    expect(retryAfter).toBeGreaterThan(0);
    expect(retryAfter).toBeLessThanOrEqual(60);
    expect(refused.errors[0]!.extensions.retryAfterSeconds).toBe(retryAfter);
    expect(refused.data).toBeNull();
  });

  it('takes nothing from another key of the same merchant', async () => {
    const other = await limited.apiKey(shop, ['customers:read']);
    expect((await other.request(page)).status).toBe(200);
  });

  it('in a session of staff or of the portal, too', async () => {
    const owner = await limited.staff(shop);
    expect((await askUntilRefused(owner)).length).toBeLessThanOrEqual(5);
    const colleague = await limited.staff(shop);
    expect((await colleague.request(page)).status).toBe(200);
    const portal = await limited.customer(shop, customer);
    const refused = (await askUntilRefused(portal, '{ viewer { customer { name } } }')).at(-1)!;
    expect(refused.errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
  });

  it('without any, by address: at a portal that does not exist as well', async () => {
    await askUntilRefused(limited.client(), '{ viewer { kind } }');
    const { status } = await limited
      .client({ headers: { 'x-portal': 'nowhere' } })
      .request('{ viewer { kind } }');
    expect(status).toBe(429);
  });

  it('over WebSocket spends the same points', async () => {
    const key = await limited.apiKey(shop, ['customers:read']);
    const heard = [];
    for (let time = 0; time < 6; time += 1) heard.push(await key.live(page).next());
    expect(heard.slice(0, 5).flatMap(({ errors }) => errors)).toEqual([]);
    expect(heard[5]!.errors).toMatchObject([
      { extensions: { code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) } },
    ]);
    expect((await key.request(page)).status).toBe(429);
  });

  it('over WebSocket is counted by address as well, whatever it sends', async () => {
    const small = await testApi({
      limitRates: {
        points: { apiKey: 50, staff: 40, customer: 30, anonymous: 20 },
        requests: 5,
      },
    });
    const refusals = [];
    for (let time = 0; time < 6; time += 1) {
      refusals.push(
        await small
          .client()
          .live('{ nothing }')
          .next()
          .catch((errors: { extensions: { code: string } }[]) => errors[0]!.extensions.code),
      );
    }
    expect(refusals[0]).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(refusals.at(-1)).toBe('RATE_LIMITED');
  });

  it('is counted without a write for each', async () => {
    const counted = await limited.database.sql(
      'select count(*)::int as tries from rate_limits.tries',
    );
    expect(JSON.stringify(counted)).not.toContain('apiKey');
    const before = await limited.database.sql('select count(*)::int as n from rate_limits.tries');
    const key = await limited.apiKey(shop, ['customers:read']);
    await askUntilRefused(key);
    const after = await limited.database.sql('select count(*)::int as n from rate_limits.tries');
    expect(after).toEqual(before);
  });

  it('at one address may not even be refused more than so often', async () => {
    const statuses = new Set<number>();
    let last: Response | undefined;
    for (let time = 0; time < 200 && !statuses.has(429); time += 1) {
      last = await limited.client().fetch('/graphql', {
        method: 'POST',
        body: '{',
        headers: { 'content-type': 'application/json' },
      });
      statuses.add(last.status);
      await last.clone().text();
    }
    expect([...statuses]).toEqual([400, 429]);
    expect(Number(last!.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await last!.json()).toMatchObject({
      errors: [{ extensions: { code: 'RATE_LIMITED' } }],
    });
  });
});

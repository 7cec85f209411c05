/** Requests that no browser and no decent program sends: they get an answer, and nothing else. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';

import { globalId, testApi } from '../testkit/api.ts';

const api = await testApi();
const port = Number(new URL(api.url).port);

afterEach(async () => {
  expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
});

/** @returns the first line of the answer, and all of it; '' when the connection just ended. */
function raw(...lines: string[]): Promise<{ status: string; answer: string }> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(`${lines.join('\r\n')}\r\n\r\n`));
    socket.setTimeout(3000, () => reject(new Error(`No answer to ${lines[0]}`)));
    socket.on('data', (chunk) => {
      answer += chunk;
      socket.end();
    });
    socket.on('error', reject);
    socket.on('close', () => {
      socket.setTimeout(0);
      resolve({ status: answer.split('\r\n', 1)[0] ?? '', answer });
    });
  });
}

const upgrade = (path: string) => [
  `GET ${path} HTTP/1.1`,
  `Host: localhost:${port}`,
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
];

describe('an upgrade', () => {
  it.each(['//', '//[', 'http://[', '/%', '*', '/graphql/'])('of %s is refused', async (path) => {
    const { status } = await raw(...upgrade(path));
    expect(status).toMatch(/^(HTTP\/1\.1 40[04] .*)?$/);
  });

  it('may be broken off by its client while it is being refused', async () => {
    const head = [...upgrade('/graphql'), 'Origin: https://evil.example'].join('\r\n');
    // From another process: here, client and server would take turns.
    await promisify(execFile)(process.execPath, [
      '--input-type=module',
      '--eval',
      `import { connect } from 'node:net';
      for (let time = 0; time < 150; time += 1) {
        await new Promise((resolve) => {
          const socket = connect(${port}, '127.0.0.1', () => {
            socket.write(${JSON.stringify(`${head}\r\n\r\n${'x'.repeat(20_000)}`)}, () => {
              setTimeout(() => socket.resetAndDestroy(), time % 3);
            });
          });
          socket.on('error', () => {});
          socket.on('close', resolve);
        });
      }`,
    ]);
    await sleep(50);
  });
});

describe('a path', () => {
  it.each(['constructor', '__proto__', 'toString', 'valueOf', 'hasOwnProperty'])(
    '/%s is nowhere',
    async (name) => {
      const { status } = await raw(`GET /${name} HTTP/1.1`, `Host: localhost:${port}`);
      expect(status).toBe('HTTP/1.1 404 Not Found');
    },
  );
});

describe('a frame of another site', () => {
  it.each(['/graphql', '/healthz', '/mailbox'])('shows nothing of %s', async (path) => {
    const { headers } = await api.client().fetch(path, { headers: { accept: 'text/html' } });
    expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
  });
});

describe('a Host', () => {
  it.each(['[', 'a b', 'a:b:c', '%'])('that is %s is refused in few words', async (host) => {
    const { status, answer } = await raw('GET /graphql HTTP/1.1', `Host: ${host}`);
    expect(status).toBe('HTTP/1.1 400 Bad Request');
    expect(answer).not.toContain('file:');
  });
});

describe('a document', () => {
  const nobody = api.client();
  const hostile: [string, string][] = [
    ['repeats one field', `{ viewer { ${'kind '.repeat(100_000)} } }`],
    ['is deep', `{ ${'a { '.repeat(30_000)} b ${'} '.repeat(30_000)} }`],
    ['is deep within its limit', `{ ${'a { '.repeat(1900)} b`],
    ['has a deep value', `{ portal(slug: ${'['.repeat(30_000)}) { slug } }`],
    ['has many aliases', `{ ${Array.from({ length: 9000 }, (_, at) => `a${at}: __typename`)} }`],
    ['is one long remark', `# ${'x'.repeat(900_000)}\n{ viewer { kind } }`],
  ];

  it.each(hostile)('that %s costs next to nothing', async (_what, query) => {
    await nobody.request('{ viewer { kind } }');
    const startedAt = performance.now();
    const { errors, data } = await nobody.request(query);
    expect(performance.now() - startedAt).toBeLessThan(500);
    expect(data).toBeNull();
    expect(errors[0]?.extensions).toMatchObject({ code: 'GRAPHQL_PARSE_FAILED' });
  });

  it('that asks for a thousand things by id is too much', async () => {
    const ids = Array.from({ length: 1100 }, () => globalId('Customer', randomUUID()));
    const merchant = await api.seed.merchant();
    const key = await api.apiKey(merchant, ['customers:read']);
    const nodes = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
    const { errors } = await key.request(nodes, { ids });
    expect(errors).toMatchObject([{ extensions: { code: 'QUERY_TOO_COMPLEX' } }]);
    const few = await key.request(nodes, { ids: ids.slice(0, 100) });
    expect(few.errors).toEqual([]);
  });
});

describe('a client that goes away', () => {
  it('before its answer is no error of ours', async () => {
    const merchant = await api.seed.merchant();
    const key = await api.apiKey(merchant, ['customers:read']);
    // Held until the client has gone.
    const held = api.database.sql('begin; lock table "Customer"; select pg_sleep(0.4); commit');
    await sleep(50);
    const leaving = new AbortController();
    const asked = fetch(`${api.url}/graphql`, {
      method: 'POST',
      headers: { ...key.headers, 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ customers { totalCount } }' }),
      signal: leaving.signal,
    });
    await sleep(100);
    leaving.abort();
    await expect(asked).rejects.toThrow('aborted');
    await held;
    await sleep(50);
    expect(api.takeLoggedErrors()).toEqual([]);
    expect(api.logLines.join('')).toContain('request given up by its client');
  });
});

describe('text with U+0000', () => {
  it('is refused, and no error of ours', async () => {
    const merchant = await api.seed.merchant();
    const key = await api.apiKey(merchant, ['customers:read', 'portal:write', 'portal:read']);
    const answers = await Promise.all([
      key.request('{ portal(slug: "a\\u0000") { slug } }'),
      key.request('{ customers(search: "a\\u0000") { totalCount } }'),
      key.request(
        `mutation { updatePortalBranding(
          input: { companyName: "a\\u0000", primaryColor: "#000000" }
        ) { __typename } }`,
      ),
    ]);
    for (const { errors } of answers) {
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    }
    expect(api.takeLoggedErrors()).toEqual([]);
  });
});

describe('a cursor', () => {
  const madeUp = [
    'N:1',
    'N:Infinity',
    'D:1',
    'D:never',
    'B:1',
    'T:[]',
    'J:null',
    'J:[1]',
    'S:x',
    '',
  ];

  it.each([...madeUp, 'J:{"in":["x"]}', 'J:{"a":1}'])(
    'that was made up, %s, is refused, and no error of ours',
    async (value) => {
      const merchant = await api.seed.merchant();
      const customer = await merchant.customer();
      const key = await api.apiKey(merchant, ['customers:read', 'payments:read']);
      const variables = {
        id: globalId('Customer', customer.id),
        cursor: Buffer.from(`GPC:${value}`).toString('base64'),
      };
      for (const page of ['first: 2, after: $cursor', 'last: 2, before: $cursor']) {
        for (const query of [
          `query ($cursor: String) { customers(${page}) { edges { node { id } } } }`,
          `query ($cursor: String, $id: ID!) {
            customer(id: $id) { payments(${page}) { edges { node { id } } } } }`,
        ]) {
          const { errors } = await key.request(query, variables);
          expect(errors, query).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
        }
      }
      expect(api.takeLoggedErrors()).toEqual([]);
    },
  );
});

describe('a moment before the year 1', () => {
  it.each(['0000-01-01T00:00:00Z', '0001-01-01T00:00:00+01:00'])('%s is refused', async (at) => {
    const key = await api.apiKey(await api.seed.merchant(), ['customers:read']);
    const count = 'customers(createdFrom: AT) { totalCount edges { node { id } } }';
    for (const query of [
      `query ($at: DateTime) { ${count.replace('AT', '$at')} }`,
      `{ ${count.replace('AT', `"${at}"`)} }`,
    ]) {
      const { errors } = await key.request(query, { at });
      expect(errors[0]!.message).toContain('before the year 1');
      expect(errors[0]!.extensions.code).not.toBe('INTERNAL');
    }
    expect(api.takeLoggedErrors()).toEqual([]);
  });

  it('is none where it is the first', async () => {
    const key = await api.apiKey(await api.seed.merchant(), ['customers:read']);
    const query = '{ customers(createdFrom: "0001-01-01T00:00:00Z") { totalCount } }';
    expect(await key.data(query)).toEqual({ customers: { totalCount: 0 } });
  });
});

describe('a socket', () => {
  it('takes fifty operations at once and refuses more', async () => {
    const socket = new WebSocket(`${api.url.replace('http', 'ws')}/graphql`, [
      'graphql-transport-ws',
    ]);
    const query = 'subscription { portalChanged(slug: "no-such-portal") { slug } }';
    const answers = new Promise<string[]>((resolve) => {
      const types: string[] = [];
      socket.addEventListener('message', ({ data }) => {
        const { type } = JSON.parse(String(data)) as { type: string };
        if (type === 'connection_ack') {
          for (let id = 0; id < 60; id += 1) {
            socket.send(JSON.stringify({ id: `${id}`, type: 'subscribe', payload: { query } }));
          }
        } else if (types.push(type) === 60) resolve(types);
      });
    });
    socket.addEventListener('open', () => socket.send('{"type":"connection_init"}'));
    const types = await answers;
    expect(types.filter((type) => type === 'next')).toHaveLength(50);
    expect(types.filter((type) => type === 'error')).toHaveLength(10);
    socket.close();
  });
});

describe('staff sign-in', () => {
  it('offers nothing but signing in, signing out and the session', async () => {
    const staff = await api.staff(await api.seed.merchant());
    const paths = ['update-user', 'change-password', 'list-sessions', 'error', 'sign-up/email'];
    for (const path of paths) {
      const answers = await Promise.all([
        staff.fetch(`/auth/${path}`),
        staff.fetch(`/auth/${path}`, {
          method: 'POST',
          headers: { origin: api.url, 'content-type': 'application/json' },
          body: '{}',
        }),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([404, 404]);
    }
  });
});

describe('a customer', () => {
  it('cannot have a card charged again and again', async () => {
    const limited = await testApi({ limitRates: true });
    const merchant = await limited.seed.merchant();
    const customer = await merchant.pastDueCustomer();
    const portal = await limited.customer(merchant, customer);
    const [method] = await customer.paymentMethods();
    const paymentMethodId = globalId('PaymentMethod', method!.id);
    const outcomes = [];
    for (let time = 0; time < 31; time += 1) {
      const { setDefaultPaymentMethod } = await portal.data(
        `mutation ($input: SetDefaultPaymentMethodInput!) {
          setDefaultPaymentMethod(input: $input) { __typename }
        }`,
        { input: { paymentMethodId } },
      );
      outcomes.push(setDefaultPaymentMethod.__typename);
    }
    expect(outcomes.slice(0, 30)).not.toContain('RateLimitedError');
    expect(outcomes[30]).toBe('RateLimitedError');
    const [invoice] = await customer.openInvoices();
    const { collectInvoice } = await portal.data(
      `mutation ($input: CollectInvoiceInput!) { collectInvoice(input: $input) { __typename } }`,
      { input: { invoiceId: globalId('Invoice', invoice!.id) } },
    );
    expect(collectInvoice.__typename).toBe('RateLimitedError');
  });
});

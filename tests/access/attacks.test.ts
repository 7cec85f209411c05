/**
 * What an attacker tries with ids, tokens, origins and forms: every try ends in a clear refusal and
 * changes nothing. What costs too much is tried in tests/api/limits.test.ts.
 */
import { randomBytes } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { globalId, testApi } from '../testkit/api.ts';
import type { GraphqlClient } from '../testkit/graphql-client.ts';
import { rawSocket } from '../testkit/raw-socket.ts';
import { secretsOf } from '../testkit/sign-in-mail.ts';
import { table } from './judge.ts';
import { mutationProbe, unknownId } from './probes.ts';

const api = await testApi();
const merchant = await api.seed.merchant();
const other = await api.seed.merchant();
const ada = await merchant.pastDueCustomer();
await api.drain();
const staff = await api.staff(merchant);
const stranger = await api.staff(other);
const kind = '{ viewer { kind } }';

/** One row of every table that has a merchant, by type. */
async function idsOfMerchant(): Promise<Map<string, string>> {
  const tables = await api.database.sql<{ name: string }>(
    `select table_name as name from information_schema.columns
     where column_name = 'merchantId' and table_schema = 'public'
       and table_name in (select table_name from information_schema.columns where column_name = 'id')`,
  );
  const ids = new Map([['Merchant', merchant.id]]);
  for (const { name } of tables) {
    const [row] = await api.database.sql<{ id: string }>(
      `select id from "${name}" where "merchantId" = '${merchant.id}' limit 1`,
    );
    if (row) ids.set(name, row.id);
  }
  return ids;
}

/** Everything of the merchant, as one value. */
async function stateOfMerchant(): Promise<unknown> {
  const names = ['Customer', 'Subscription', 'Invoice', 'Payment', 'PaymentMethod', 'Product'];
  names.push('Price', 'Event', 'PortalSettings', 'NotificationTemplate', 'TaxRate', 'Coupon');
  return Promise.all(
    names.map((name) =>
      api.database.sql(
        `select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as sum
         from "${name}" t where "merchantId" = '${merchant.id}'`,
      ),
    ),
  );
}

describe('an id of another merchant', () => {
  it('given to any mutation is answered like one that does not exist', async () => {
    const ids = await idsOfMerchant();
    for (const type of [
      'Customer',
      'Invoice',
      'Subscription',
      'Payment',
      'PaymentMethod',
      'Price',
    ]) {
      expect(ids.has(type), type).toBe(true);
    }
    const before = await stateOfMerchant();
    const encoders = [
      (type: string) => globalId(type, ids.get(type) ?? unknownId),
      (type: string) => globalId(type, unknownId),
    ];
    let tried = 0;
    for (const { field, staff: demand } of table.types['Mutation']!) {
      if (demand === false) continue;
      const [theirs, none] = encoders.map((encode) =>
        mutationProbe([field], { encode, slug: 'no-such-portal' }),
      );
      if (JSON.stringify(theirs) === JSON.stringify(none)) continue;
      tried += 1;
      const ask = async ({ query, variables }: NonNullable<typeof theirs>) => {
        const said = query.replace(
          '{ __typename }',
          '{ __typename ... on Error { code message } }',
        );
        // Mutations without error types answer as they are.
        const answer = await stranger.request(said, variables);
        const { status, data, errors } = answer.errors.some(({ message }) =>
          message.includes('can never be of type'),
        )
          ? await stranger.request(query, variables)
          : answer;
        return { status, data, errors: errors.map(({ message, path }) => ({ message, path })) };
      };
      expect(await ask(theirs!), field).toEqual(await ask(none!));
    }
    expect(tried).toBeGreaterThan(20);
    await api.drain();
    expect(await stateOfMerchant()).toEqual(before);
  });

  it('of the wrong kind, torn or made up is refused without a word about the database', async () => {
    const [invoice] = await ada.openInvoices();
    const malformed = [
      globalId('Invoice', invoice!.id),
      globalId('Customer', `${ada.id}' or '1'='1`),
      globalId('Customer', ada.id).slice(3),
      ada.id,
      '',
      Buffer.from('Customer').toString('base64'),
      Buffer.from(`Customer:${ada.id}\0`).toString('base64'),
    ];
    for (const id of malformed) {
      const { data, errors } = await staff.request(
        'query ($id: ID!) { customer(id: $id) { name } }',
        {
          id,
        },
      );
      expect(data?.customer ?? null, id).toBeNull();
      expect(errors.map(({ extensions }) => extensions['code'])).not.toContain('INTERNAL');
      expect(JSON.stringify(errors)).not.toMatch(/prisma|select |postgres/i);
    }
  });
});

async function kindOf(client: GraphqlClient): Promise<string> {
  const { data, errors } = await client.request(kind);
  return data?.viewer.kind ?? errors[0]?.extensions['code'];
}

const isNobody = /^(ANONYMOUS|UNAUTHENTICATED)$/;

describe('a token', () => {
  it('of a link opens one session; used again, or at another portal, none', async () => {
    const visitor = api.client({ headers: { 'x-portal': merchant.slug } });
    const before = (await ada.mails()).length;
    await visitor.data(
      `mutation ($input: RequestSignInLinkInput!) { requestSignInLink(input: $input) { __typename } }`,
      { input: { portalSlug: merchant.slug, email: ada.row.email } },
    );
    await api.drain();
    const mail = (await ada.mails()).slice(before).find(({ tag }) => tag === 'sign-in-link');
    const { token } = secretsOf(mail!);
    const confirm = async (portalSlug: string, given: string) => {
      const answer = await visitor.request(
        `mutation ($input: ConfirmSignInInput!) { confirmSignIn(input: $input) {
          __typename ... on SignInLinkError { code } } }`,
        { input: { portalSlug, token: given } },
      );
      return { ...answer.data.confirmSignIn, cookies: answer.headers.getSetCookie().length };
    };
    const invalid = { __typename: 'SignInLinkError', code: 'SIGN_IN_LINK_INVALID', cookies: 0 };
    expect(await confirm(other.slug, token)).toEqual(invalid);
    expect(await confirm(merchant.slug, `${token.slice(0, -1)}~`)).toEqual(invalid);
    expect(await confirm(merchant.slug, randomBytes(32).toString('base64url'))).toEqual(invalid);
    expect(await confirm(merchant.slug, token)).toEqual({ __typename: 'SignedIn', cookies: 1 });
    expect(await confirm(merchant.slug, token)).toEqual({ ...invalid, code: 'SIGN_IN_LINK_USED' });
  });

  it('of a session is nothing once signed out, at another portal, or as a key', async () => {
    const portal = await api.customer(merchant, ada);
    const cookie = portal.headers['cookie']!;
    const value = cookie.split('=')[1]!;
    expect(await kindOf(portal)).toBe('CUSTOMER');
    const disguises: Record<string, string>[] = [
      { 'x-portal': other.slug, cookie: cookie.replace(merchant.slug, other.slug) },
      { 'x-portal': merchant.slug, cookie: `${cookie.slice(0, -1)}~` },
      { 'x-portal': `${merchant.slug}'--`, cookie },
      { authorization: `Bearer ${value}` },
      { cookie: `staff.session_token=${value}` },
    ];
    for (const headers of disguises) {
      expect(await kindOf(api.client({ headers })), JSON.stringify(headers)).toMatch(isNobody);
    }
    await portal.data('mutation { signOutOfPortal { portalSlug } }');
    expect(await kindOf(portal)).toBe('ANONYMOUS');
    const socket = await rawSocket(api.url, { headers: { ...portal.headers, origin: api.url } });
    await socket.init({ portal: merchant.slug });
    socket.say({
      type: 'subscribe',
      id: '1',
      payload: { query: 'subscription { customerBilling { name } }' },
    });
    expect((await socket.heard({ id: '1' })).payload.errors).toMatchObject([
      { extensions: { code: 'UNAUTHENTICATED' } },
    ]);
  });

  it('of staff is signed: another signature, or none, opens nothing', async () => {
    const [name, value = ''] = staff.headers['cookie']!.split(/=(.*)/s);
    const [token = ''] = decodeURIComponent(value).split('.');
    const theirs = decodeURIComponent(stranger.headers['cookie']!.split(/=(.*)/s)[1]!);
    const forged = [
      token,
      `${token}.`,
      `${token}.${Buffer.alloc(32).toString('base64')}`,
      `${token}.${theirs.split('.')[1]}`,
    ];
    expect(await kindOf(staff)).toBe('STAFF');
    for (const each of forged) {
      const cookie = `${name}=${encodeURIComponent(each)}`;
      expect(await kindOf(api.client({ headers: { cookie } })), each).toBe('ANONYMOUS');
    }
  });

  it('of a key is the key itself, after Bearer', async () => {
    const { key } = await merchant.apiKey(['customers:read']);
    const as = (authorization: string) => kindOf(api.client({ headers: { authorization } }));
    expect(await as(`Bearer ${key}`)).toBe('API_KEY');
    const forged = [
      key,
      `Basic ${Buffer.from(`${key}:`).toString('base64')}`,
      `Bearer ${key.slice(0, -1)}`,
      `Bearer ${key}x`,
      `Bearer ${key.toUpperCase()}`,
      `Bearer ${key.replace('test_', 'live_')}`,
      'Bearer ',
    ];
    for (const each of forged) expect(await as(each), each).toMatch(isNobody);
    // With a bad key, a good cookie does not count.
    const both = api.client({ headers: { ...staff.headers, authorization: 'Bearer test_x' } });
    expect(await kindOf(both)).toMatch(isNobody);
  });
});

describe('a page of another site', () => {
  const { port } = new URL(api.url);
  const origins = [
    'https://evil.example',
    `http://localhost:${port}.evil.example`,
    `http://localhost.evil.example:${port}`,
    `http://evil.example#localhost:${port}`,
    `http://localhost:${Number(port) + 1}`,
    'null',
    'file://',
    '',
  ];

  it('opens no socket with a visitor’s cookies, whatever it calls itself', async () => {
    for (const origin of origins.filter(Boolean)) {
      await expect(
        rawSocket(api.url, { headers: { ...staff.headers, origin } }),
        origin,
      ).rejects.toThrow('403');
    }
  });

  it('asks, changes and streams nothing with them', async () => {
    const before = await stateOfMerchant();
    const mutation = 'mutation { disablePortal { __typename } }';
    const live = `subscription { customerBilling(customerId: "${globalId('Customer', ada.id)}") { name } }`;
    for (const origin of origins) {
      for (const [query, accept] of [
        [kind, 'application/json'],
        [mutation, 'application/json'],
        [live, 'text/event-stream'],
      ] as const) {
        const headers = { origin, accept, 'content-type': 'application/json' };
        const posted = await staff.fetch('/graphql', {
          method: 'POST',
          headers,
          body: JSON.stringify({ query }),
        });
        expect(posted.status, `${origin} ${query}`).toBe(403);
        expect(await posted.text()).not.toMatch(/STAFF|next/);
      }
    }
    expect(await stateOfMerchant()).toEqual(before);
  });

  it.each([
    [
      'a form',
      'application/x-www-form-urlencoded',
      new URLSearchParams({ query: kind }).toString(),
    ],
    [
      'a form that changes something',
      'application/x-www-form-urlencoded',
      new URLSearchParams({ query: 'mutation { disablePortal { __typename } }' }).toString(),
    ],
    ['plain text', 'text/plain', JSON.stringify({ query: kind })],
    ['no type at all', '', JSON.stringify({ query: kind })],
  ])('sends %s in vain, also without saying where it comes from', async (_name, type, body) => {
    const before = await stateOfMerchant();
    const response = await fetch(`${api.url}/graphql`, {
      method: 'POST',
      headers: { ...staff.headers, ...(type ? { 'content-type': type } : {}) },
      body: type ? body : new Blob([body]),
    });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    expect(await response.text()).not.toContain('STAFF');
    expect(await stateOfMerchant()).toEqual(before);
  });
});

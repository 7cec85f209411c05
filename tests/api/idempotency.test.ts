/** `Idempotency-Key` over HTTP: a mutation runs once, however often it is sent. */
import { enqueue } from '@4geeks/api/adapters/jobs/enqueue';
import { describe, expect, it } from 'vitest';

import { testApi } from '../testkit/api.ts';
import { expectNowhere } from '../testkit/nowhere.ts';
import { createCustomer, newKey, send } from './idempotent-requests.ts';

const api = await testApi();
const merchant = await api.seed.merchant();
const integrator = await api.apiKey(merchant, ['customers:write', 'customers:read']);

const countOf = (name: string) => api.app.database.customer.count({ where: { name } });

describe('the same request with the same key', () => {
  it('is answered as the first time, byte for byte, and runs once', async () => {
    const key = newKey();
    const first = await send(integrator, key, 'Once');
    expect(first.status).toBe(200);
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    for (let again = 0; again < 3; again++) {
      const next = await send(integrator, key, 'Once');
      expect(next.body).toBe(first.body);
      expect(next.status).toBe(first.status);
      expect(next.headers.get('content-type')).toBe(first.headers.get('content-type'));
      expect(next.headers.get('idempotency-replayed')).toBe('true');
    }
    expect(await countOf('Once')).toBe(1);
  });

  it('is the same whatever the order of its variables', async () => {
    const key = newKey();
    const input = { name: 'Ordered', email: 'o@example.com', locale: 'en' };
    const first = await send(integrator, key, '', { variables: { input } });
    const { name, email, locale } = input;
    const next = await send(integrator, key, '', { variables: { input: { locale, email, name } } });
    expect(next.body).toBe(first.body);
    expect(await countOf('Ordered')).toBe(1);
  });

  it('keeps what was decided, whatever has happened since', async () => {
    const key = newKey();
    const first = await send(integrator, key, 'Kept');
    await api.app.database.customer.updateMany({
      where: { name: 'Kept' },
      data: { name: 'Renamed' },
    });
    expect((await send(integrator, key, 'Kept')).body).toBe(first.body);
  });

  it('keeps an answer that some of its mutations were refused in', async () => {
    const key = newKey();
    const query = `mutation {
      one: createCustomer(input: { name: "Half", email: "h@example.com", locale: en }) { __typename }
      two: createCustomer(input: { name: "", email: "h@example.com", locale: en }) { __typename }
      three: enablePortal { __typename }
    }`;
    const first = await send(integrator, key, '', { query, variables: {} });
    expect(JSON.parse(first.body).data).toEqual({
      one: { __typename: 'Customer' },
      two: { __typename: 'InvalidInputError' },
      three: null,
    });
    const next = await send(integrator, key, '', { query, variables: {} });
    expect(next.body).toBe(first.body);
    expect(next.headers.get('idempotency-replayed')).toBe('true');
    expect(await countOf('Half')).toBe(1);
  });

  it('keeps a success that writes nothing here', async () => {
    const ada = await merchant.customer();
    const portal = await api.customer(merchant, ada);
    const query = 'mutation { createPaymentMethodSetup { clientSecret } }';
    const key = newKey();
    const first = await send(portal, key, '', { query, variables: {} });
    expect((await send(portal, key, '', { query, variables: {} })).body).toBe(first.body);
    const other = await send(portal, newKey(), '', { query, variables: {} });
    expect(other.body).not.toBe(first.body);
  });

  it('is answered to a client that hung up on the first try', async () => {
    const key = newKey();
    // Somebody holds what the mutation has to wait for.
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    let locked = () => {};
    const isLocked = new Promise<void>((resolve) => (locked = resolve));
    const holder = api.app.database.$transaction(async (database) => {
      await database.$queryRaw`SELECT 1 FROM "PortalSettings" WHERE "merchantId" = ${merchant.id}::uuid FOR UPDATE`;
      locked();
      await held;
    });
    await isLocked;
    const settings = await api.apiKey(merchant, ['portal:write', 'portal:read']);
    const body = JSON.stringify({
      query: `mutation { updatePortalBranding(input: { companyName: "Hung up", primaryColor: "#123456" }) {
        ... on PortalSettings { companyName version } } }`,
    });
    const request = (signal?: AbortSignal) =>
      fetch(`${api.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...settings.headers,
          'idempotency-key': key,
        },
        body,
        ...(signal && { signal }),
      });
    const abort = new AbortController();
    const given = request(abort.signal);
    given.catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 300));
    abort.abort();
    await expect(given).rejects.toThrow();
    const meanwhile = await request();
    expect(meanwhile.status).toBe(409);
    release();
    await holder;
    await expect
      .poll(async () => {
        const response = await request();
        return [response.status, response.headers.get('idempotency-replayed')];
      })
      .toEqual([200, 'true']);
    const events = await api.app.database.event.count({
      where: { merchantId: merchant.id, type: 'portal.branding_updated' },
    });
    expect(events).toBe(1);
  });
});

describe('another request with the same key', () => {
  it.each([
    [
      'other variables',
      { variables: { input: { name: 'Other', email: 'x@example.com', locale: 'en' } } },
    ],
    ['another document', { query: createCustomer.replace('id name', 'id email') }],
  ])('is refused: %s', async (_name, change) => {
    const key = newKey();
    const first = await send(integrator, key, 'Reused');
    const other = await send(integrator, key, 'Reused', change);
    expect(other.status).toBe(422);
    expect(other.code).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(await countOf('Other')).toBe(0);
    expect((await send(integrator, key, 'Reused')).body).toBe(first.body);
  });

  it('of another viewer or merchant is another key', async () => {
    const key = newKey();
    const other = await api.seed.merchant();
    const there = await api.apiKey(other, ['customers:write', 'customers:read']);
    const colleague = await api.apiKey(merchant, ['customers:write', 'customers:read']);
    const owner = await api.staff(merchant);
    const bodies = new Set<string>();
    for (const client of [integrator, there, colleague, owner]) {
      const sent = await send(client, key, 'Shared key');
      expect(sent.status).toBe(200);
      expect(sent.headers.get('idempotency-replayed')).toBeNull();
      bodies.add(sent.body);
    }
    expect(bodies.size).toBe(4);
    expect(await countOf('Shared key')).toBe(4);
  });
});

describe('a key', () => {
  it.each([
    ['too long', 'a'.repeat(256)],
    ['with a space', 'a b'],
    ['with a letter beyond ASCII', 'caf\u00e9'],
    ['empty', ''],
  ])('that is %s is none', async (_what, key) => {
    const sent = await send(integrator, key, 'Never');
    expect(sent.status).toBe(400);
    expect(sent.code).toBe('IDEMPOTENCY_KEY_INVALID');
    expect(await countOf('Never')).toBe(0);
  });

  it('says nothing about queries, nor for whoever is not signed in', async () => {
    const key = newKey();
    const query = '{ viewer { kind } }';
    for (const client of [integrator, api.client()]) {
      const sent = await send(client, key, '', { query, variables: {} });
      expect(sent.status).toBe(200);
      expect(sent.headers.get('idempotency-replayed')).toBeNull();
    }
    const denied = await send(api.client(), key, 'Nobody');
    expect(denied.code).toBe('UNAUTHENTICATED');
    expect(
      (await api.database.sql('select 1 from "IdempotentRequest" where viewer like \'anon%\''))
        .length,
    ).toBe(0);
  });

  it('is free again after a request that changed nothing', async () => {
    const key = newKey();
    const invalid = await send(integrator, key, '');
    expect(JSON.parse(invalid.body).data.createCustomer).toMatchObject({ code: 'INVALID_INPUT' });
    expect((await send(integrator, key, '')).headers.get('idempotency-replayed')).toBeNull();
    const reader = await api.apiKey(merchant, ['customers:read']);
    expect((await send(reader, key, 'Denied')).code).toBe('FORBIDDEN');
    expect((await send(reader, key, 'Denied')).headers.get('idempotency-replayed')).toBeNull();
    const valid = await send(integrator, key, 'Valid now');
    expect(JSON.parse(valid.body).data.createCustomer).toMatchObject({ name: 'Valid now' });
    expect(await countOf('Valid now')).toBe(1);
  });

  it('is forgotten after a day, and swept', async () => {
    const key = newKey();
    await send(integrator, key, 'Daily');
    api.clock.advance({ hours: 23, minutes: 59 });
    expect((await send(integrator, key, 'Daily')).headers.get('idempotency-replayed')).toBe('true');
    api.clock.advance({ minutes: 1 });
    expect((await send(integrator, key, 'Daily')).headers.get('idempotency-replayed')).toBeNull();
    expect(await countOf('Daily')).toBe(2);
    // As every hour.
    api.clock.advance({ hours: 23 });
    const fresh = newKey();
    await send(integrator, fresh, 'Fresh');
    api.clock.advance({ hours: 1 });
    await enqueue(api.app.database.sql, [{ name: 'forget-idempotent-requests', payload: {} }]);
    await api.drain();
    expect(await api.app.database.idempotentRequest.count()).toBe(1);
    expect((await send(integrator, fresh, 'Fresh')).headers.get('idempotency-replayed')).toBe(
      'true',
    );
  });
});

describe('what is kept', () => {
  it('can be read by nobody: answers are sealed, keys and requests are hashes', async () => {
    const owner = await api.staff(merchant);
    const key = 'a-key-with-a-name-of-its-own';
    const query = `mutation { createApiKey(input: { name: "Sealed", scopes: ["events:read"] }) {
      ... on IssuedApiKey { secret } } }`;
    const first = await send(owner, key, '', { query, variables: {} });
    const { secret } = JSON.parse(first.body).data.createApiKey;
    expect(secret).toMatch(/^sk_test_/);
    const next = await send(owner, key, '', { query, variables: {} });
    expect(next.body).toBe(first.body);
    for (const text of [secret, key]) {
      await expectNowhere(text, { databaseUrl: api.database.url, texts: api.logLines });
    }
  });

  it('is of no use under another secret: the answer counts as lost', async () => {
    const key = newKey();
    await send(integrator, key, 'Other secret');
    await api.app.database.idempotentRequest.updateMany({
      where: { answerStatus: 200 },
      data: { answer: Buffer.from('sealed by somebody else, with another key') },
    });
    const next = await send(integrator, key, 'Other secret');
    expect(next.code).toBe('IDEMPOTENCY_ANSWER_LOST');
    expect(await countOf('Other secret')).toBe(1);
  });
});

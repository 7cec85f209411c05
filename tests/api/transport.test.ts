/** What holds for every request, whatever it asks. */
import { WebSocket } from 'ws';
import { describe, expect, it } from 'vitest';

import { globalId, testApi } from '../testkit/api.ts';

const api = await testApi();
const merchant = await api.seed.merchant();
const ada = await merchant.pastDueCustomer();
const staff = await api.staff(merchant);
const nobody = api.client();

describe('health', () => {
  it('answers, and says whether it can do its work', async () => {
    const health = await nobody.fetch('/healthz');
    expect([health.status, await health.json()]).toEqual([200, { status: 'ok' }]);
    const ready = await nobody.fetch('/readyz');
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { status: 'ready', checks: { database: true, worker: true, accepting: true } },
    ]);
  });

  it('gives every answer an id, the client’s own when it is a decent one', async () => {
    const own = await nobody.fetch('/healthz', { headers: { 'x-request-id': 'my-request-1' } });
    expect(own.headers.get('x-request-id')).toBe('my-request-1');
    const made = await nobody.fetch('/healthz', { headers: { 'x-request-id': 'x'.repeat(5000) } });
    expect(made.headers.get('x-request-id')!.length).toBeLessThan(100);
  });

  it('does not sniff, and answers 404 for what is nowhere', async () => {
    const response = await nobody.fetch('/nowhere');
    expect(response.status).toBe(404);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });
});

describe('another site’s page', () => {
  const evil = { origin: 'https://evil.example' };
  const query = JSON.stringify({ query: '{ viewer { kind } }' });

  it('may not ask, not even with the cookie', async () => {
    const response = await staff.fetch('/graphql', {
      method: 'POST',
      headers: { ...evil, 'content-type': 'application/json' },
      body: query,
    });
    expect(response.status).toBe(403);
    expect(await response.text()).not.toContain('STAFF');
  });

  it('is told nothing by CORS', async () => {
    const preflight = await nobody.fetch('/graphql', {
      method: 'OPTIONS',
      headers: { ...evil, 'access-control-request-method': 'POST' },
    });
    const simple = await nobody.fetch('/graphql', {
      method: 'POST',
      headers: { ...evil, 'content-type': 'application/json', authorization: 'Bearer test_x' },
      body: query,
    });
    for (const { headers } of [preflight, simple]) {
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('access-control-allow-credentials')).toBeNull();
    }
  });

  it('may not send what a form can send', async () => {
    const bodies: [string, BodyInit][] = [
      ['application/x-www-form-urlencoded', `query=${encodeURIComponent('{ viewer { kind } }')}`],
      ['text/plain', query],
    ];
    for (const [type, body] of bodies) {
      const response = await staff.fetch('/graphql', {
        method: 'POST',
        headers: { 'content-type': type },
        body,
      });
      expect(response.status, type).toBeGreaterThanOrEqual(400);
      expect(await response.text()).not.toContain('STAFF');
    }
    const form = new FormData();
    form.set('operations', query);
    form.set('map', '{}');
    const upload = await staff.fetch('/graphql', { method: 'POST', body: form });
    expect(upload.status).toBeGreaterThanOrEqual(400);
  });

  it('cannot change anything with a link', async () => {
    const mutation = encodeURIComponent('mutation { disablePortal { enabled } }');
    const response = await staff.fetch(`/graphql?query=${mutation}`, {
      headers: { 'x-graphql-yoga-csrf': '1', accept: 'application/json' },
    });
    expect(response.status).toBe(405);
    const { portalSettings } = await api.app.database.merchant.findUniqueOrThrow({
      where: { id: merchant.id },
      include: { portalSettings: true },
    });
    expect(portalSettings!.enabled).toBe(true);
  });

  it('may not open a WebSocket', async () => {
    const open = (origin: string) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(
          `${api.url.replace('http', 'ws')}/graphql`,
          'graphql-transport-ws',
          {
            origin,
            headers: staff.headers,
          },
        );
        socket.on('open', () => {
          resolve('open');
          socket.close();
        });
        socket.on('error', (error) => resolve(error.message));
      });
    expect(await open('https://evil.example')).toContain('403');
    expect(await open(api.url)).toBe('open');
  });
});

describe('a request', () => {
  it('that is too large, or does not say how large it is, is not read', async () => {
    const large = await nobody.fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: `# ${'x'.repeat(1_100_000)}` }),
    });
    expect(large.status).toBe(413);
  });

  it('that asks for too much at once is refused before anything is read', async () => {
    const { data, errors } = await staff.request(`{
      customers(first: 100) { edges { node { invoices(first: 100) { edges { node { payments { status }
        customer { invoices(first: 100) { edges { node { number } } } } } } } } } }
    }`);
    expect(data?.customers ?? null).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code: 'QUERY_TOO_COMPLEX' } }]);
  });

  it('that is no GraphQL, or asks for what is not there, is told so', async () => {
    const syntax = await nobody.request('{ viewer { ');
    expect(syntax.status).toBeLessThan(500);
    expect(syntax.errors).toHaveLength(1);
    const unknown = await nobody.request('{ nothing }');
    expect(unknown.errors[0]!.message).toContain('nothing');
    const variable = await staff.request('query ($id: ID!) { customer(id: $id) { name } }', {});
    expect(variable.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    for (const id of ['x', 'Q3VzdG9tZXI6eA==', globalId('Customer', "' or 1=1")]) {
      const bad = await staff.request('query ($id: ID!) { customer(id: $id) { name } }', { id });
      expect(bad.data?.customer ?? null).toBeNull();
      expect(JSON.stringify(bad.errors)).not.toMatch(/prisma|select/i);
    }
  });

  it('that fails on our side says no more than its id, and the log says the rest', async () => {
    await api.database.sql(`alter table "Customer" rename to "CustomerGone"`);
    const { errors } = await staff.request('{ customers(first: 1) { totalCount } }');
    await api.database.sql(`alter table "CustomerGone" rename to "Customer"`);
    expect(errors).toMatchObject([
      { message: 'Something went wrong on our side.', extensions: { code: 'INTERNAL' } },
    ]);
    const { requestId } = errors[0]!.extensions;
    const lines = api.takeLoggedErrors().filter((each) => each.includes(requestId));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('does not exist');
  });
});

describe('live subscriptions', () => {
  it('on one socket, a wrong operation gets its error and the others go on', async () => {
    const { key } = await merchant.apiKey(['customers:read']);
    const socket = new WebSocket(
      `${api.url.replace('http', 'ws')}/graphql`,
      'graphql-transport-ws',
    );
    const messages: { type: string; id?: string; payload?: unknown }[] = [];
    socket.on('message', (text) => void messages.push(JSON.parse(String(text))));
    await new Promise((resolve) => socket.once('open', resolve));
    const say = (message: object) => socket.send(JSON.stringify(message));
    const heard = (id: string, type: string) =>
      messages.filter((message) => message.id === id && message.type === type);
    say({ type: 'connection_init', payload: { authorization: `Bearer ${key}` } });
    const query = 'subscription ($id: ID) { customerBilling(customerId: $id) { name } }';
    const variables = { id: globalId('Customer', ada.id) };
    await expect.poll(() => messages).toMatchObject([{ type: 'connection_ack' }]);
    say({ type: 'subscribe', id: 'good', payload: { query, variables } });
    say({ type: 'subscribe', id: 'unknown', payload: { query: 'subscription { nothing }' } });
    say({ type: 'subscribe', id: 'syntax', payload: { query: 'subscription {' } });
    await expect.poll(() => heard('unknown', 'error')).toHaveLength(1);
    await expect.poll(() => heard('syntax', 'error')).toHaveLength(1);
    await expect.poll(() => heard('good', 'next')).toHaveLength(1);
    await ada.subscription();
    await expect.poll(() => heard('good', 'next').length).toBeGreaterThan(1);
    expect(heard('good', 'next').at(-1)).toMatchObject({
      payload: { data: { customerBilling: { name: ada.row.name } } },
    });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.close();
    await closed;
  });

  it('tell anybody of a portal’s looks, again after every save', async () => {
    const { updatePortalBranding } = await import('@4geeks/billing/portal/update-portal-branding');
    const live = nobody.live(
      'subscription ($slug: String!) { portalChanged(slug: $slug) { companyName primaryColor available } }',
      { slug: merchant.slug },
    );
    expect((await live.next()).data.portalChanged).toMatchObject({ available: true });
    await updatePortalBranding(api.app.billing, merchant.system, {
      companyName: 'Łódź & Söhne',
      primaryColor: '#ABC',
    });
    expect((await live.next()).data.portalChanged).toEqual({
      companyName: 'Łódź & Söhne',
      primaryColor: '#aabbcc',
      available: true,
    });
    const { disablePortal } = await import('@4geeks/billing/portal/disable-portal');
    await disablePortal(api.app.billing, merchant.system);
    expect((await live.next()).data.portalChanged.available).toBe(false);
    const { enablePortal } = await import('@4geeks/billing/portal/enable-portal');
    await enablePortal(api.app.billing, merchant.system);
    expect((await live.next()).data.portalChanged.available).toBe(true);
  });

  it('also say what another process did', async () => {
    const { wireBilling } = await import('../testkit/wire.ts');
    const elsewhere = wireBilling({ url: api.database.url, clock: api.clock });
    const { cancelSubscription } = await import('@4geeks/billing/subscription/cancel-subscription');
    const live = staff.live(
      `subscription ($id: ID) { customerBilling(customerId: $id) {
        subscriptions(first: 10) { edges { node { cancelAtPeriodEnd } } } } }`,
      { id: globalId('Customer', ada.id) },
    );
    await live.next();
    const [subscription] = await ada.subscriptions();
    await cancelSubscription(elsewhere.billing, merchant.system, {
      subscriptionId: subscription!.id,
    });
    await live.until(({ customerBilling }) =>
      customerBilling.subscriptions.edges.some(
        ({ node }: { node: { cancelAtPeriodEnd: boolean } }) => node.cancelAtPeriodEnd,
      ),
    );
    await elsewhere.close();
  });
});

describe('limits by network address', () => {
  it('slow down whoever asks for links for address after address', async () => {
    const limited = await testApi({ limitRates: true });
    const shop = await limited.seed.merchant();
    const visitor = limited.client({ headers: { 'x-portal': shop.slug } });
    const ask = (email: string) =>
      visitor.request(
        `mutation ($input: RequestSignInLinkInput!) { requestSignInLink(input: $input) {
          __typename ... on RateLimitedError { code retryAfterSeconds } } }`,
        { input: { portalSlug: shop.slug, email } },
      );
    for (let i = 0; i < 20; i++) {
      const { data } = await ask(`visitor${i}@example.com`);
      expect(data.requestSignInLink.__typename).toBe('SignInLinkRequested');
    }
    const refused = await ask('one-more@example.com');
    expect(refused.data.requestSignInLink).toMatchObject({
      __typename: 'RateLimitedError',
      code: 'RATE_LIMITED',
    });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

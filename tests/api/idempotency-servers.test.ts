/** `Idempotency-Key` between several servers, and those that die. */
import { join } from 'node:path';

import { buildApp } from '@4geeks/api';
import { createLogger } from '@4geeks/api/log';
import { createPrice } from '@4geeks/billing/product/create-price';
import { createProduct } from '@4geeks/billing/product/create-product';
import { describe, expect, it } from 'vitest';

import { globalId, testApi } from '../testkit/api.ts';
import { startChild } from '../testkit/child.ts';
import { cleanUp } from '../testkit/clean-up.ts';
import type { Data } from '../testkit/graphql-client.ts';
import { png } from '../testkit/png.ts';
import { newKey, send } from './idempotent-requests.ts';
import type { DieAt } from './mortal-server.ts';

const api = await testApi();
const merchant = await api.seed.merchant();
const integrator = await api.apiKey(merchant, ['customers:write', 'customers:read']);
const countOf = (name: string) => api.app.database.customer.count({ where: { name } });
const ada = await merchant.customer();
const seller = await api.apiKey(merchant, ['subscriptions:write', 'subscriptions:read']);
const product = await createProduct(api.app.billing, merchant.system, { name: 'Team' });
const price = await createPrice(api.app.billing, merchant.system, {
  productId: product.id,
  currency: 'EUR',
  unitAmountMinor: 4900n,
  interval: 'MONTH',
});

/** Another server on the same database, with pools of its own. */
async function anotherServer(): Promise<{
  url: string;
  app: Awaited<ReturnType<typeof buildApp>>;
}> {
  const app = await buildApp({
    databaseUrl: api.database.url,
    port: 0,
    host: '127.0.0.1',
    publicUrl: null,
    secret: 'a secret of tests that is long enough to be one',
    role: 'api',
    mailFrom: 'billing@payments.test',
    postmark: null,
    mailbox: false,
    explorer: false,
    loadPages: null,
    paymentRecoverySeconds: 60,
    log: createLogger({ level: 'silent' }),
    now: () => api.clock.now(),
    limitRates: false,
  });
  cleanUp(() => app.stop());
  const { port } = await app.start();
  return { url: `http://127.0.0.1:${port}`, app };
}

describe('several servers', () => {
  it('run a request once between them, however many send it at once', async () => {
    const other = await anotherServer();
    for (let round = 0; round < 8; round++) {
      const key = newKey();
      const name = `Raced ${round}`;
      const sent = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          send(integrator, key, name, { url: index % 2 ? other.url : api.url }),
        ),
      );
      expect(await countOf(name)).toBe(1);
      const won = sent.filter(({ status }) => status === 200);
      expect(won.filter(({ headers }) => !headers.has('idempotency-replayed'))).toHaveLength(1);
      expect(new Set(won.map(({ body }) => body)).size).toBe(1);
      for (const { status, code, headers } of sent) {
        if (status === 200) continue;
        expect(status).toBe(409);
        expect(code).toBe('IDEMPOTENCY_IN_PROGRESS');
        expect(headers.get('retry-after')).toBe('1');
      }
      const later = await send(integrator, key, name, { url: other.url });
      expect(later.body).toBe(won[0]!.body);
    }
  });

  it('take a request over from one that is too slow, which then commits nothing', async () => {
    const other = await anotherServer();
    const settings = await api.apiKey(merchant, ['portal:write', 'portal:read']);
    const { readLogo } = other.app.billing;
    let go = () => {};
    const goOn = new Promise<void>((resolve) => (go = resolve));
    const hasStopped = new Promise<void>((resolve) => {
      other.app.billing.readLogo = async (bytes) => {
        resolve();
        await goOn;
        return readLogo(bytes);
      };
    });
    const key = newKey();
    const upload = (url: string, logo = png(20, 10)) => {
      const form = new FormData();
      const query = `mutation ($logo: File!) {
        updatePortalBranding(input: { companyName: "Slow", primaryColor: "#123456", logo: $logo }) {
          ... on PortalSettings { version } } }`;
      form.set('operations', JSON.stringify({ query, variables: { logo: null } }));
      form.set('map', JSON.stringify({ 0: ['variables.logo'] }));
      form.set('0', new Blob([new Uint8Array(logo)], { type: 'image/png' }), 'logo.png');
      return fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { ...settings.headers, 'idempotency-key': key },
        body: form,
      });
    };
    const codeOf = async (answer: Promise<Response>) =>
      ((await (await answer).json()) as Data).errors?.[0].extensions.code;
    const count = () =>
      api.app.database.event.count({
        where: { merchantId: merchant.id, type: 'portal.branding_updated' },
      });
    const before = await count();

    const late = upload(other.url);
    await hasStopped;
    expect(await codeOf(upload(api.url))).toBe('IDEMPOTENCY_IN_PROGRESS');
    api.clock.advance({ seconds: 60 });
    const first = await upload(api.url);
    const body = await first.text();
    expect(JSON.parse(body).data.updatePortalBranding.version).toBeGreaterThan(1);
    go();
    expect(await codeOf(late)).toBe('IDEMPOTENCY_TAKEN_OVER');
    expect(await (await upload(api.url)).text()).toBe(body);
    expect(await codeOf(upload(api.url, png(30, 10)))).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(await count()).toBe(before + 1);
  });
});

describe('a server that is killed', () => {
  const script = join(import.meta.dirname, 'mortal-server.ts');

  async function mortalServer(dieAt: DieAt) {
    const child = startChild(script, {
      DATABASE_URL: api.database.url,
      NOW: api.clock.now().toISOString(),
      DIE_AT: dieAt,
    });
    return { child, url: await child.line() };
  }

  const subscribe = {
    query: `mutation ($input: CreateSubscriptionInput!) { createSubscription(input: $input) {
      __typename ... on Subscription { id } } }`,
    variables: {
      input: {
        customerId: globalId('Customer', ada.id),
        items: [{ priceId: globalId('Price', price.id) }],
      },
    },
  };
  const subscriptions = async () => (await ada.subscriptions()).length;

  it('before it commits has changed nothing: the request runs once its lease is over', async () => {
    const before = await subscriptions();
    const { child, url } = await mortalServer('before-commit');
    const key = newKey();
    await expect(send(seller, key, '', { ...subscribe, url })).rejects.toThrow();
    expect(await child.wasKilled()).toBe(true);
    expect(await subscriptions()).toBe(before);
    const early = await send(seller, key, '', subscribe);
    expect([early.status, early.code]).toEqual([409, 'IDEMPOTENCY_IN_PROGRESS']);
    api.clock.advance({ seconds: 60 });
    const next = await send(seller, key, '', subscribe);
    expect(JSON.parse(next.body).data.createSubscription.__typename).toBe('Subscription');
    expect((await send(seller, key, '', subscribe)).body).toBe(next.body);
    expect(await subscriptions()).toBe(before + 1);
  });

  it('after it has committed is never run again: its answer is lost, and that is said', async () => {
    const before = await subscriptions();
    const { child, url } = await mortalServer('after-commit');
    const key = newKey();
    await expect(send(seller, key, '', { ...subscribe, url })).rejects.toThrow();
    expect(await child.wasKilled()).toBe(true);
    expect(await subscriptions()).toBe(before + 1);
    const early = await send(seller, key, '', subscribe);
    expect([early.status, early.code]).toEqual([409, 'IDEMPOTENCY_IN_PROGRESS']);
    api.clock.advance({ seconds: 60 });
    for (let again = 0; again < 3; again++) {
      const lost = await send(seller, key, '', subscribe);
      expect([lost.status, lost.code]).toEqual([409, 'IDEMPOTENCY_ANSWER_LOST']);
    }
    expect(await subscriptions()).toBe(before + 1);
    await api.drain();
  });
});

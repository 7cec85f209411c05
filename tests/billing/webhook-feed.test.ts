/** How events become deliveries: none is missed, none is made twice, and nobody pays for it who has no endpoint. */
import { setTimeout as wait } from 'node:timers/promises';

import { createCustomer } from '@4geeks/billing/customer/create-customer';
import { collectInvoice } from '@4geeks/billing/invoice/collect-invoice';
import { createWebhookEndpoint } from '@4geeks/billing/webhook/create-webhook-endpoint';
import { deliverWebhooks } from '@4geeks/billing/webhook/deliver-webhooks';
import { dispatchEvents } from '@4geeks/billing/webhook/dispatch-events';
import type { PlainSql, SqlRunner } from '@4geeks/prisma';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import { cleanUp } from '../testkit/clean-up.ts';
import type { SeededMerchant } from '../testkit/seed.ts';
import { answerWith, webhookReceiver } from '../testkit/webhook-receiver.ts';

const t = await testBilling({ poolSize: 20 });
const receiver = await webhookReceiver();
beforeEach(() => {
  receiver.received.length = 0;
  receiver.answer = answerWith(204);
});

async function listening(eventTypes = ['customer.created'], path = '') {
  const merchant = await t.seed.merchant();
  const { endpoint } = await createWebhookEndpoint(t.billing, merchant.system, {
    url: receiver.url + path,
    eventTypes,
  });
  return { merchant, endpoint };
}

// What is left of one test is none of the next one's.
afterEach(async () => {
  await t.database.sql(
    `update "WebhookEndpoint" set "disabledAt" = now(), "disabledReason" = 'BY_HAND'
     where "disabledAt" is null`,
  );
  await deliverWebhooks(t.billing);
});

const happen = (merchant: SeededMerchant, name: string) =>
  createCustomer(t.billing, merchant.system, { name, email: 'ada@example.com', locale: 'en' });

const feed = async () =>
  (
    await t.database.sql<{ settled: bigint }>(
      `select "settledSequence" as settled from "WebhookFeed"`,
    )
  )[0]!.settled;

const newest = async () =>
  (await t.database.sql<{ newest: bigint }>(`select max(sequence) as newest from "Event"`))[0]!
    .newest;

/** Looks until everything is settled: others on this server may have transactions open. */
const settle = () =>
  expect
    .poll(
      async () => {
        await dispatchEvents(t.billing);
        return (await newest()) === (await feed());
      },
      { timeout: 20_000 },
    )
    .toBe(true);

const deliveries = (endpointId: string) =>
  t.billing.database.webhookDelivery.findMany({
    where: { endpointId },
    orderBy: { sequence: 'asc' },
    include: { event: true },
  });

/** A transaction of somebody else's that has its event's number and does not commit. */
async function slowTransaction(merchant: SeededMerchant) {
  const client = new pg.Client({ connectionString: t.database.url });
  await client.connect();
  cleanUp(() => client.end());
  await client.query('begin');
  await client.query(
    `insert into "Event" (id, "merchantId", type, "objectType", "objectId", data, "actorKind", "occurredAt")
     select gen_random_uuid(), $1, 'customer.created', 'customer', gen_random_uuid(), '{"name":"slow"}',
       'SYSTEM', now() where pg_current_xact_id() is not null`,
    [merchant.id],
  );
  return {
    commit: () => client.query('commit'),
    rollback: () => client.query('rollback'),
  };
}

describe('the feed', () => {
  it('misses no event whose transaction commits long after later ones', async () => {
    const { merchant, endpoint } = await listening();
    const slow = await slowTransaction(merchant);
    for (const name of ['one', 'two', 'three']) {
      await happen(merchant, name);
      for (let pass = 0; pass < 4; pass += 1) await dispatchEvents(t.billing);
    }
    expect(await deliveries(endpoint.id)).toHaveLength(3);
    await slow.commit();
    await dispatchEvents(t.billing);
    const all = await deliveries(endpoint.id);
    expect(all).toHaveLength(4);
    expect(all[0]!.event.data).toEqual({ name: 'slow' });
  });

  it('settles what is behind it, also after a rollback, and then reads nothing twice', async () => {
    const { merchant, endpoint } = await listening();
    const slow = await slowTransaction(merchant);
    const before = await newest();
    await happen(merchant, 'one');
    for (let pass = 0; pass < 4; pass += 1) await dispatchEvents(t.billing);
    expect(BigInt(await feed())).toBeLessThanOrEqual(BigInt(before));
    await slow.rollback();
    await settle();
    expect(await deliveries(endpoint.id)).toHaveLength(1);
  });

  it('starts over where the database was restored and counts transactions anew', async () => {
    await t.database.sql(
      `update "WebhookFeed" set "markSequence" = 1, "markTransaction" = 9000000000000`,
    );
    const { merchant, endpoint } = await listening();
    await happen(merchant, 'one');
    await settle();
    expect(await deliveries(endpoint.id)).toHaveLength(1);
  });

  it('makes one delivery of each event, however many do it at once', async () => {
    const { merchant, endpoint } = await listening();
    const others = [t.another(), t.another()];
    const happening = Array.from({ length: 40 }, (_, index) => happen(merchant, `c${index}`));
    const following = [t, ...others].map(async ({ billing }) => {
      for (let pass = 0; pass < 15; pass += 1) {
        await dispatchEvents(billing);
        await wait(1);
      }
    });
    await Promise.all([...happening, ...following]);
    await dispatchEvents(t.billing);
    const all = await deliveries(endpoint.id);
    expect(new Set(all.map(({ eventId }) => eventId)).size).toBe(40);
    expect(all).toHaveLength(40);
  });

  it('goes on where a batch ends, with several endpoints listening to one event', async () => {
    const { merchant, endpoint } = await listening();
    const { endpoint: second } = await createWebhookEndpoint(t.billing, merchant.system, {
      url: receiver.url,
      eventTypes: ['customer.created'],
    });
    // An odd number of deliveries before the batch ends.
    await t.database.sql(
      `insert into "Event" (id, "merchantId", type, "objectType", "objectId", data, "actorKind", "occurredAt")
       select gen_random_uuid(), $1, 'customer.created', 'customer', gen_random_uuid(), '{}', 'SYSTEM', now()
       from generate_series(1, 2501)`,
      [merchant.id],
    );
    await dispatchEvents(t.billing);
    const count = (endpointId: string) =>
      t.billing.database.webhookDelivery.count({ where: { endpointId } });
    expect([await count(endpoint.id), await count(second.id)]).toEqual([2501, 2501]);
  });

  it('costs a collection no statement, with an endpoint or without', async () => {
    const statements = async (merchant: SeededMerchant) => {
      const customer = await merchant.customer();
      await customer.subscription();
      const [invoice] = await customer.openInvoices();
      const sent: string[] = [];
      const heard = (runner: SqlRunner): SqlRunner => ({
        query(statement) {
          sent.push(statement.text);
          return runner.query(statement);
        },
      });
      const { sql } = t.billing.database;
      const database = new Proxy(t.billing.database, {
        get: (client, name) =>
          name === 'sql'
            ? {
                ...heard(sql),
                transaction: ((work, finish) =>
                  sql.transaction(
                    (runner) => work(heard(runner)),
                    finish && ((runner, done) => finish(heard(runner), done)),
                  )) satisfies PlainSql['transaction'],
              }
            : (Reflect.get(client, name, client) as unknown),
      });
      await collectInvoice(
        { ...t.billing, database },
        {
          merchantId: merchant.id,
          invoiceId: invoice!.id,
          trigger: 'STAFF',
          attemptKey: `once:${invoice!.id}`,
        },
      );
      return sent;
    };
    const without = await statements(await t.seed.merchant());
    const { merchant } = await listening(['payment.succeeded']);
    expect(await statements(merchant)).toEqual(without);
    expect(without.length).toBeGreaterThan(5);
    expect(without.join()).not.toMatch(/"Webhook/);
    await deliverWebhooks(t.billing);
    expect(receiver.types()).toEqual(['payment.succeeded']);
  });
});

describe('delivering', () => {
  it('in two processes at once sends each once', async () => {
    const { merchant } = await listening();
    for (let index = 0; index < 30; index += 1) await happen(merchant, `c${index}`);
    receiver.answer = async (_webhook, response) => {
      await wait(5);
      response.writeHead(204).end();
    };
    const other = t.another();
    await Promise.all([deliverWebhooks(t.billing), deliverWebhooks(other.billing)]);
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(ids).toHaveLength(30);
    expect(new Set(ids).size).toBe(30);
  });

  it('sends an endpoint a few at once, and lets none hold up the others', async () => {
    const slow = await listening(['customer.created'], '/slow');
    const quick = await listening(['customer.created'], '/quick');
    for (let index = 0; index < 8; index += 1) {
      await happen(slow.merchant, `s${index}`);
      await happen(quick.merchant, `q${index}`);
    }
    let atOnce = 0;
    let most = 0;
    const held: (() => void)[] = [];
    receiver.answer = async ({ path }, response) => {
      if (path === '/slow') {
        most = Math.max(most, ++atOnce);
        await new Promise<void>((resolve) => held.push(resolve));
        atOnce -= 1;
      }
      response.writeHead(204).end();
    };
    const delivering = deliverWebhooks(t.billing);
    const received = (path: string) => receiver.received.filter((each) => each.path === path);
    await expect.poll(() => received('/quick').length).toBe(8);
    await expect.poll(() => received('/slow').length).toBe(4);
    // What comes up meanwhile is told at once, by the same run.
    await happen(quick.merchant, 'late');
    await deliverWebhooks(t.billing);
    await expect.poll(() => received('/quick').length).toBe(9);
    const release = setInterval(() => held.splice(0).forEach((go) => go()), 5);
    await delivering;
    clearInterval(release);
    expect(received('/slow')).toHaveLength(8);
    expect(most).toBe(4);
  });

  it('sends in the order of the events, where nothing fails', async () => {
    const { merchant, endpoint } = await listening();
    for (let index = 0; index < 25; index += 1) await happen(merchant, `c${index}`);
    // One at a time, as to one that fails.
    await t.database.sql(`update "WebhookEndpoint" set "failingSince" = now() where id = $1`, [
      endpoint.id,
    ]);
    receiver.answer = answerWith(500);
    await deliverWebhooks(t.billing);
    const sequences = receiver.received.map(({ payload }) => payload.sequence);
    expect(sequences).toHaveLength(25);
    expect(sequences).toEqual(sequences.toSorted((left: number, right: number) => left - right));
  });

  it('gives up what it is sending when the process stops, and sends it again later', async () => {
    const { merchant, endpoint } = await listening();
    await happen(merchant, 'one');
    receiver.answer = () => {};
    const stopping = new AbortController();
    const delivering = deliverWebhooks(t.billing, { signal: stopping.signal });
    await expect.poll(() => receiver.received.length).toBe(1);
    stopping.abort();
    await delivering;
    expect(await deliveries(endpoint.id)).toMatchObject([{ status: 'PENDING', attempts: 0 }]);
    receiver.answer = answerWith(204);
    await deliverWebhooks(t.billing);
    expect(receiver.received).toHaveLength(1);
    t.clock.advance({ minutes: 2 });
    await deliverWebhooks(t.billing);
    expect(receiver.received).toHaveLength(2);
    expect(await deliveries(endpoint.id)).toMatchObject([{ status: 'DELIVERED', attempts: 1 }]);
  });

  it('goes on with the others where one cannot be served', async () => {
    const broken = await listening(['customer.created'], '/broken');
    const fine = await listening(['customer.created'], '/fine');
    await happen(broken.merchant, 'one');
    await happen(fine.merchant, 'two');
    await t.database.sql(`update "WebhookEndpoint" set secret = 'v1.a.b.c' where id = $1`, [
      broken.endpoint.id,
    ]);
    await expect(deliverWebhooks(t.billing)).rejects.toThrow('could not be worked on');
    expect(receiver.received.map(({ path }) => path)).toEqual(['/fine']);
    expect(await deliveries(broken.endpoint.id)).toMatchObject([{ status: 'PENDING' }]);
  });
});

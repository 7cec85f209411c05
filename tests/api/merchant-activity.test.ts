/** The merchant's activity, live: every event once, in order, over any number of connections. */
import { updateCustomer } from '@4geeks/billing/customer/update-customer';
import type { Event } from '@4geeks/prisma';
import { describe, expect, it } from 'vitest';

import { globalId, testApi } from '../testkit/api.ts';
import type { Live } from '../testkit/graphql-client.ts';
import type { SeededMerchant } from '../testkit/seed.ts';
import { wireBilling } from '../testkit/wire.ts';

const api = await testApi();
const query = `subscription ($first: Int, $after: String) {
  merchantActivity(first: $first, after: $after) { events { id type } cursor hasMore } }`;

interface Message {
  events: { id: string; type: string }[];
  cursor: string;
  hasMore: boolean;
}

async function next(live: Live): Promise<Message> {
  const { data, errors } = await live.next();
  expect(errors).toEqual([]);
  return data.merchantActivity as Message;
}

/** All that happened at the merchant, oldest first, as global ids. */
async function recorded(merchant: SeededMerchant): Promise<string[]> {
  const rows = await api.app.database.event.findMany({
    where: { merchantId: merchant.id },
    orderBy: { sequence: 'asc' },
  });
  return rows.map(({ id }) => globalId('Event', id));
}

const idsOf = ({ events }: Message) => events.map(({ id }) => id);

async function setUp() {
  const merchant = await api.seed.merchant();
  const ada = await merchant.customer();
  const rename = (name: string, billing = api.app.billing) =>
    updateCustomer(billing, merchant.system, { customerId: ada.id, name });
  const key = await api.apiKey(merchant, ['events:read']);
  return { merchant, ada, rename, key };
}

describe.each([
  ['WebSocket', 'live'],
  ['Server-Sent Events', 'liveSse'],
] as const)('over %s', (_name, how) => {
  it('begins with the newest events and goes on with what is new', async () => {
    const { merchant, rename, key } = await setUp();
    for (const name of ['one', 'two', 'three']) await rename(name);
    const live = key[how](query, { first: 2 });
    const first = await next(live);
    expect(idsOf(first)).toEqual((await recorded(merchant)).slice(-2));
    await rename('four');
    const second = await next(live);
    expect(idsOf(second)).toEqual((await recorded(merchant)).slice(-1));
    expect(second.events[0]!.type).toBe('customer.updated');
    live.close();
  });

  it('goes on after a cursor, page by page, with nothing missed and nothing twice', async () => {
    const { merchant, rename, key } = await setUp();
    const before = key[how](query, { first: 1 });
    const { cursor } = await next(before);
    before.close();
    const known = (await recorded(merchant)).length;
    for (let count = 0; count < 7; count += 1) await rename(`name ${count}`);
    const after = key[how](query, { first: 3, after: cursor });
    const pages = [await next(after), await next(after), await next(after)];
    expect(pages.map(({ hasMore }) => hasMore)).toEqual([true, true, false]);
    expect(pages.flatMap(idsOf)).toEqual((await recorded(merchant)).slice(known));
    after.close();

    // From the middle of it, and when there is nothing new.
    const middle = key[how](query, { after: pages[1]!.cursor });
    expect(idsOf(await next(middle))).toEqual(idsOf(pages[2]!));
    middle.close();
    const end = key[how](query, { after: pages[2]!.cursor });
    expect((await next(end)).events).toEqual([]);
    end.close();
  });
});

describe('nothing is missed', () => {
  it('when a change commits after one with a higher number, over a reconnect', async () => {
    const { merchant, ada, rename, key } = await setUp();
    const live = key.live(query, { first: 1 });
    await next(live);
    let slow!: Event;
    let cursor!: string;
    await api.app.database.$transaction(async (transaction) => {
      slow = await transaction.event.create({
        data: {
          merchantId: merchant.id,
          customerId: ada.id,
          type: 'customer.updated',
          objectType: 'customer',
          objectId: ada.id,
          data: {},
          actorKind: 'SYSTEM',
          occurredAt: api.clock.now(),
        },
      });
      await rename('quick');
      const message = await next(live);
      expect(message.events).toHaveLength(1);
      expect(idsOf(message)).not.toContain(globalId('Event', slow.id));
      cursor = message.cursor;
      live.close();
    });
    const again = key.live(query, { after: cursor });
    expect(idsOf(await next(again))).toEqual([globalId('Event', slow.id)]);
    await rename('later');
    expect((await next(again)).events).toHaveLength(1);
    again.close();
  });

  it('while many write, in two processes, and the reader keeps reconnecting', async () => {
    const { merchant, key } = await setUp();
    const elsewhere = wireBilling({ url: api.database.url, clock: api.clock });
    const customers = await Promise.all(Array.from({ length: 6 }, () => merchant.customer()));
    let live = key.live(query, { first: 1 });
    let { cursor } = await next(live);
    const known = new Set(await recorded(merchant));
    const told: string[] = [];
    let writing = true;
    const written = Promise.all(
      customers.map(async ({ id }, index) => {
        const billing = index % 2 ? api.app.billing : elsewhere.billing;
        for (let count = 0; count < 12; count += 1) {
          await updateCustomer(billing, merchant.system, { customerId: id, name: `n ${count}` });
        }
      }),
    ).finally(() => (writing = false));
    for (let count = 0; writing || told.length < 72; count += 1) {
      if (count % 3 === 2) {
        live.close();
        live = key.live(query, { first: 5, after: cursor });
      }
      const message = await next(live);
      told.push(...idsOf(message));
      cursor = message.cursor;
    }
    await written;
    live.close();
    const all = (await recorded(merchant)).filter((id) => !known.has(id));
    expect(told.toSorted()).toEqual(all.toSorted());
    // Of one customer in the order it happened.
    const events = await api.app.database.event.findMany({ where: { merchantId: merchant.id } });
    const customerOf = new Map(
      events.map((event) => [globalId('Event', event.id), event.objectId]),
    );
    for (const { id } of customers) {
      const isOf = (eventId: string) => customerOf.get(eventId) === id;
      expect(told.filter(isOf)).toEqual(all.filter(isOf));
    }
    await elsewhere.close();
  }, 30_000);
});

describe('a cursor', () => {
  it('of another merchant, altered, or made up is refused', async () => {
    const { key } = await setUp();
    const other = await setUp();
    const theirs = other.key.live(query, {});
    const { cursor } = await next(theirs);
    theirs.close();
    expect(cursor).not.toMatch(/\d{3,}-\d/);
    for (const after of [cursor, '', 'x', cursor.slice(1), Buffer.from('99').toString('base64')]) {
      const { data, errors } = await key.live(query, { after }).next();
      expect(data?.merchantActivity ?? null).toBeNull();
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    }
  });
});

describe('who may not', () => {
  it('hears what is missing; nobody hears of another merchant', async () => {
    const { merchant, ada, rename } = await setUp();
    const other = await setUp();
    const without = await api.apiKey(merchant, ['customers:read']);
    expect((await without.live(query).next()).errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN', permission: 'events:read' } },
    ]);
    const portal = await api.customer(merchant, ada);
    expect((await portal.live(query).next()).errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN', permission: 'NOT_FOR_CUSTOMERS' } },
    ]);
    expect((await api.client().live(query).next()).errors).toMatchObject([
      { extensions: { code: 'UNAUTHENTICATED' } },
    ]);
    const live = other.key.live(query, { first: 100 });
    const own = new Set(await recorded(other.merchant));
    expect(idsOf(await next(live)).every((id) => own.has(id))).toBe(true);
    await rename('not theirs');
    await other.rename('theirs');
    expect(idsOf(await next(live))).toEqual((await recorded(other.merchant)).slice(-1));
    live.close();
  });
});

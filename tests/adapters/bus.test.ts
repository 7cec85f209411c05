import { randomUUID } from 'node:crypto';

import { createBus, type Bus, type BusMessage } from '@4geeks/api/adapters/bus/postgres';
import { openDatabase, type Event } from '@4geeks/prisma';
import { createLogger } from '@4geeks/api/log';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { cleanUp } from '../testkit/clean-up.ts';
import { testDatabase } from '../testkit/database.ts';

const { url: connectionString, sql } = await testDatabase();
const database = openDatabase({ url: connectionString });
cleanUp(() => database.$disconnect());
const log = createLogger({ level: 'silent' });

const merchant = await database.merchant.create({
  data: { name: 'Acme', currency: 'EUR', supportEmail: 'help@acme.example', invoicePrefix: 'ACME' },
});
const merchantId = merchant.id;
const [ada, bob] = await Promise.all(['ada', 'bob'].map(createCustomer));

async function createCustomer(name: string): Promise<string> {
  const email = `${name}@example.com`;
  const { id } = await database.customer.create({
    data: { merchantId, name, email, emailNormalized: email },
  });
  return id;
}

function record(
  customerId: string | null,
  on: Pick<typeof database, 'event'> = database,
): Promise<Event> {
  return on.event.create({
    data: {
      merchantId,
      customerId,
      type: customerId ? 'invoice.paid' : 'portal.branding_updated',
      objectType: customerId ? 'invoice' : 'portal',
      objectId: randomUUID(),
      data: {},
      actorKind: 'SYSTEM',
      occurredAt: new Date(),
    },
  });
}

/** Everything the subscription gives until it is quiet for a moment. */
async function take(messages: AsyncIterator<BusMessage>, count: number): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count) {
    const { value, done } = await messages.next();
    if (done) break;
    ids.push(value.kind === 'event' ? value.event.id : value.kind);
  }
  return ids;
}

const quiet = (ms = 150) => new Promise((resolve) => setTimeout(resolve, ms));
const everything = [{ merchantId, about: 'everything' }] as const;

let near: Bus;
let far: Bus;
const options = { connectionString, database, log, pollMs: 60_000 };
beforeEach(async () => {
  [near, far] = await Promise.all([createBus(options), createBus(options)]);
});
afterEach(() => Promise.all([near.close(), far.close()]));

describe('a published event', () => {
  it('reaches subscribers here at once and elsewhere soon, once each', async () => {
    const here = near.subscribe(everything);
    const there = far.subscribe(everything);
    const first = await record(ada!);
    near.publish([first]);
    near.publish([first]);
    const second = await record(ada!);
    near.publish([second]);
    expect(await take(here, 2)).toEqual([first.id, second.id]);
    expect(await take(there, 2)).toEqual([first.id, second.id]);
  });

  it('reaches only those whom it concerns', async () => {
    const toAda = far.subscribe([
      { merchantId, about: 'customer', customerId: ada! },
      { merchantId, about: 'merchant' },
    ]);
    const toBob = far.subscribe([{ merchantId, about: 'customer', customerId: bob! }]);
    const toOthers = far.subscribe([{ merchantId: randomUUID(), about: 'everything' }]);
    const [aboutAda, aboutBob, aboutMerchant] = await Promise.all([
      record(ada!),
      record(bob!),
      record(null),
    ]);
    near.publish([aboutAda, aboutBob, aboutMerchant]);
    expect((await take(toAda, 2)).sort()).toEqual([aboutAda.id, aboutMerchant.id].sort());
    expect(await take(toBob, 1)).toEqual([aboutBob.id]);
    await far.close();
    expect(await take(toOthers, 1)).toEqual([]);
  });

  it('travels in as many batches as it takes', async () => {
    const there = far.subscribe(everything);
    const events = await Promise.all(Array.from({ length: 60 }, () => record(ada!)));
    near.publish(events);
    expect((await take(there, 60)).sort()).toEqual(events.map((event) => event.id).sort());
  });

  it('becomes one remark for a subscriber who does not keep up', async () => {
    const here = near.subscribe(everything);
    const events = await Promise.all(Array.from({ length: 65 }, () => record(ada!)));
    near.publish(events);
    expect(await take(here, 1)).toEqual(['missed']);
  });
});

describe('an event nobody published', () => {
  it('is found, also when it commits after younger ones', async () => {
    const watchful = await createBus({ ...options, pollMs: 50 });
    try {
      const messages = watchful.subscribe(everything);
      let slow!: Event;
      const younger = await database.$transaction(async (transaction) => {
        slow = await record(ada!, transaction);
        const event = await record(bob!);
        expect(event.sequence).toBeGreaterThan(slow.sequence);
        expect(await take(messages, 1)).toEqual([event.id]);
        await quiet();
        return event;
      });
      expect(await take(messages, 1)).toEqual([slow.id]);
      watchful.publish([slow, younger]);
      const last = await record(ada!);
      expect(await take(messages, 1)).toEqual([last.id]);
    } finally {
      await watchful.close();
    }
  });

  it('is found after the listening connection broke, and news travels again', async () => {
    const there = far.subscribe(everything);
    const listeners = `select pid from pg_stat_activity
      where application_name = 'bus' and datname = current_database()`;
    await sql(`select pg_terminate_backend(pid) from (${listeners}) as listener`);
    const lost = await record(ada!);
    near.publish([lost]);
    expect(await take(there, 1)).toEqual([lost.id]);
    await expect.poll(() => sql(listeners)).toHaveLength(2);
    await quiet();
    const next = await record(ada!);
    near.publish([next]);
    expect(await take(there, 1)).toEqual([next.id]);
  });

  it('is not told again when it is older than the bus', async () => {
    const old = await record(ada!);
    const bus = await createBus({ ...options, pollMs: 30 });
    try {
      const messages = bus.subscribe(everything);
      await quiet();
      const next = await record(ada!);
      expect(await take(messages, 1)).toEqual([next.id]);
      expect(next.id).not.toBe(old.id);
    } finally {
      await bus.close();
    }
  });
});

describe('a subscription', () => {
  it('leaves nothing behind when its reader stops', async () => {
    const messages = near.subscribe(everything);
    near.publish([await record(ada!)]);
    expect(near.size).toBe(1);
    for await (const message of messages) {
      expect(message.kind).toBe('event');
      break;
    }
    expect(near.size).toBe(0);
  });

  it('ends with the bus', async () => {
    const waiting = near.subscribe(everything).next();
    await near.close();
    expect((await waiting).done).toBe(true);
    expect((await near.subscribe(everything).next()).done).toBe(true);
    near.publish([await record(ada!)]);
  });
});

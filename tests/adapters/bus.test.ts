import { randomUUID } from 'node:crypto';

import { createBus, type Bus, type Topic } from '@4geeks/api/adapters/bus/postgres';
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

/** What a listener hears, kept until it is taken. */
interface Heard {
  /** @returns the ids of the next `count` events, as soon as there are so many. */
  take(count: number): Promise<string[]>;
  /** What nobody took. */
  rest(): string[];
  stop(): void;
}

function hear(bus: Bus, topics: readonly Topic[]): Heard {
  const ids: string[] = [];
  let taken = 0;
  const stop = bus.listen(topics, ({ id }) => void ids.push(id));
  return {
    async take(count) {
      await expect.poll(() => ids.length, { timeout: 5000 }).toBeGreaterThanOrEqual(taken + count);
      taken += count;
      return ids.slice(taken - count, taken);
    },
    rest: () => ids.slice(taken),
    stop,
  };
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
    const here = hear(near, everything);
    const there = hear(far, everything);
    const first = await record(ada!);
    near.publish([first]);
    near.publish([first]);
    const second = await record(ada!);
    near.publish([second]);
    expect(await here.take(2)).toEqual([first.id, second.id]);
    expect(await there.take(2)).toEqual([first.id, second.id]);
  });

  it('reaches only those whom it concerns', async () => {
    const [aboutAda, aboutBob, aboutMerchant] = await Promise.all([
      record(ada!),
      record(bob!),
      record(null),
    ]);
    const toAda = hear(far, [
      { merchantId, about: 'customer', customerId: ada! },
      { merchantId, about: 'merchant' },
    ]);
    const toBob = hear(far, [{ merchantId, about: 'customer', customerId: bob! }]);
    const toTheInvoice = hear(far, [{ merchantId, about: 'object', objectId: aboutAda.objectId }]);
    const toOthers = hear(far, [{ merchantId: randomUUID(), about: 'everything' }]);
    near.publish([aboutAda, aboutBob, aboutMerchant]);
    expect((await toAda.take(2)).sort()).toEqual([aboutAda.id, aboutMerchant.id].sort());
    expect(await toBob.take(1)).toEqual([aboutBob.id]);
    expect(await toTheInvoice.take(1)).toEqual([aboutAda.id]);
    await quiet();
    expect(toOthers.rest()).toEqual([]);
    toOthers.stop();
  });

  it('travels in as many batches as it takes', async () => {
    const there = hear(far, everything);
    const events = await Promise.all(Array.from({ length: 60 }, () => record(ada!)));
    near.publish(events);
    expect((await there.take(60)).sort()).toEqual(events.map((event) => event.id).sort());
  });
});

describe('an event nobody published', () => {
  it('is found, also when it commits after younger ones', async () => {
    const watchful = await createBus({ ...options, pollMs: 50 });
    try {
      const messages = hear(watchful, everything);
      let slow!: Event;
      const younger = await database.$transaction(async (transaction) => {
        slow = await record(ada!, transaction);
        const event = await record(bob!);
        expect(event.sequence).toBeGreaterThan(slow.sequence);
        expect(await messages.take(1)).toEqual([event.id]);
        await quiet();
        return event;
      });
      expect(await messages.take(1)).toEqual([slow.id]);
      watchful.publish([slow, younger]);
      const last = await record(ada!);
      expect(await messages.take(1)).toEqual([last.id]);
    } finally {
      await watchful.close();
    }
  });

  it('is found after the listening connection broke, and news travels again', async () => {
    const there = hear(far, everything);
    const listeners = `select pid from pg_stat_activity
      where application_name = 'bus' and datname = current_database()`;
    await sql(`select pg_terminate_backend(pid) from (${listeners}) as listener`);
    const lost = await record(ada!);
    near.publish([lost]);
    expect(await there.take(1)).toEqual([lost.id]);
    await expect.poll(() => sql(listeners)).toHaveLength(2);
    await quiet();
    const next = await record(ada!);
    near.publish([next]);
    expect(await there.take(1)).toEqual([next.id]);
  });

  it('is not told again when it is older than the bus', async () => {
    const old = await record(ada!);
    const bus = await createBus({ ...options, pollMs: 30 });
    try {
      const messages = hear(bus, everything);
      await quiet();
      const next = await record(ada!);
      expect(await messages.take(1)).toEqual([next.id]);
      expect(next.id).not.toBe(old.id);
    } finally {
      await bus.close();
    }
  });
});

describe('how far a process has heard', () => {
  it('covers what was told of, and waits for what has not committed', async () => {
    const { covers } = await import('@4geeks/billing/event/event-position');
    let slow!: Event;
    let younger!: Event;
    await database.$transaction(async (transaction) => {
      slow = await record(ada!, transaction);
      younger = await record(bob!);
      near.publish([younger]);
      expect(covers(near.position, younger.sequence)).toBe(true);
      expect(covers(near.position, slow.sequence)).toBe(false);
    });
    near.publish([slow]);
    expect(covers(near.position, slow.sequence)).toBe(true);
    await expect.poll(() => covers(far.position, slow.sequence)).toBe(true);
  });
});

describe('a listener', () => {
  it('leaves nothing behind when it stops', async () => {
    const heard = hear(near, everything);
    near.publish([await record(ada!)]);
    expect(near.size).toBe(1);
    expect(await heard.take(1)).toHaveLength(1);
    heard.stop();
    heard.stop();
    expect(near.size).toBe(0);
    near.publish([await record(ada!)]);
    await quiet();
    expect(heard.rest()).toEqual([]);
  });

  it('hears nothing of a bus that is closed', async () => {
    const heard = hear(near, everything);
    await near.close();
    near.publish([await record(ada!)]);
    hear(near, everything).stop();
    expect(heard.rest()).toEqual([]);
  });
});

/**
 * The live bus: tells subscribers in every process what was committed, through Postgres alone.
 *
 * In the publishing process subscribers hear at once. Other processes hear by NOTIFY, a few milliseconds
 * later, of everything published until then. Either may be lost (a crash after the commit, a broken connection), so
 * each process also looks every few seconds for what it has not heard of; it tells of each event once.
 *
 * Terms: a *topic* is what a listener asks for; a *notice* is an event's name without its data.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import type { EventPosition } from '@4geeks/billing/event/event-position';
import type { Publish } from '@4geeks/billing/ports';
import type { Database } from '@4geeks/prisma';
import type { Logger } from 'pino';

import { decodeNotices, encodeNotices, isFrom, type EventNotice } from './notices.ts';
import { openNotifyConnection } from './notify-connection.ts';
import { SeenEvents } from './seen-events.ts';

export type { EventNotice } from './notices.ts';

/** Which events a subscriber wants. */
export type Topic =
  /** Everything at this merchant. */
  | { merchantId: string; about: 'everything' }
  /** What is about the merchant itself and no customer: portal settings, products, ... */
  | { merchantId: string; about: 'merchant' }
  /** What is about this customer. */
  | { merchantId: string; about: 'customer'; customerId: string }
  /** What is about this one thing. */
  | { merchantId: string; about: 'object'; objectId: string };

/** What a listener is told of an event; it re-reads what it shows. */
export type BusListener = (event: EventNotice) => void;

export interface Bus {
  /** Give only committed events. Never throws, never waits. */
  publish: Publish;
  /**
   * Tells of events from this call on: listen, then read the current state, and nothing falls
   * between. Each event is told once, however many of `topics` it is about.
   *
   * @param listener must return at once
   * @returns ends it
   */
  listen(topics: readonly Topic[], listener: BusListener): () => void;
  /** How far this process has heard of everything that was committed. */
  readonly position: EventPosition;
  /** Listeners in this process. */
  readonly size: number;
  close(): Promise<void>;
}

export interface BusOptions {
  connectionString: string;
  database: Database;
  log: Logger;
  /**
   * How often to look for events that nobody told of. Default 3000; 0: never, in a process that only
   * publishes and where nobody can subscribe.
   */
  pollMs?: number;
}

/** Longer than a transaction may take (20 s, see openDatabase). */
const windowMs = 30_000;
const pollBatch = 500;
/** Short beside what a message takes to a browser. */
const gatherMs = 5;
/** Sequence numbers that may have been given out but not committed when we start; a generous guess. */
const uncommittedAtStart = 200n;

const noticeFields = {
  id: true,
  sequence: true,
  merchantId: true,
  customerId: true,
  type: true,
  objectType: true,
  objectId: true,
} as const;

/** Resolves when the bus hears other processes. */
export async function createBus(options: BusOptions): Promise<Bus> {
  const { database, pollMs = 3000 } = options;
  const log = options.log.child({ part: 'bus' });
  const from = randomUUID();
  const byTopic = new Map<string, Set<BusListener>>();
  let listening = 0;
  let closed = false;

  const highest = await newestSequence(database);
  const seen = new SeenEvents(highest, highest - uncommittedAtStart, windowMs);

  function deliver(notice: EventNotice): void {
    if (closed || pollMs === 0 || !seen.add(notice.id, notice.sequence)) return;
    const reached = new Set<BusListener>();
    for (const topic of topicsOf(notice)) {
      for (const listener of byTopic.get(topic) ?? []) reached.add(listener);
    }
    for (const listener of reached) listener(notice);
  }

  const connection = await openNotifyConnection({
    connectionString: options.connectionString,
    channel: 'billing_events',
    log,
    onMessage:
      pollMs === 0
        ? null
        : (text) => {
            if (isFrom(from, text)) return;
            for (const notice of decodeNotices(text)?.notices ?? []) deliver(notice);
          },
    // What was said while nobody listened.
    onReconnect: () => void (pollMs > 0 && poll()),
  });

  let outgoing: EventNotice[] = [];
  let sending: Promise<void> | null = null;
  /** One at a time: what is published while one is on its way goes with the next. */
  const send = () => (sending ??= sendOutgoing().finally(() => (sending = null)));

  async function sendOutgoing(): Promise<void> {
    // Whatever is published in the same moment goes together, after those who hear of it here.
    if (!closed) await sleep(gatherMs);
    while (outgoing.length > 0) {
      const notices = outgoing;
      outgoing = [];
      for (const payload of encodeNotices(from, notices)) await connection.notify(payload);
    }
  }

  let polling: Promise<void> | null = null;
  const poll = () => (polling ??= readMissed().finally(() => (polling = null)));

  const read = (sequence: { in: bigint[] } | { gt: bigint }): Promise<EventNotice[]> =>
    database.event.findMany({
      where: { sequence },
      orderBy: { sequence: 'asc' },
      take: pollBatch,
      select: noticeFields,
    });

  async function readMissed(): Promise<void> {
    try {
      const { gaps, above, leaps } = seen.unseen;
      for (let start = 0; start < gaps.length && !closed; start += pollBatch) {
        const wanted = gaps.slice(start, start + pollBatch);
        for (const notice of await read({ in: wanted })) deliver(notice);
      }
      for (let after = above; !closed;) {
        const notices = await read({ gt: after });
        for (const notice of notices) deliver(notice);
        const last = notices.at(-1);
        if (notices.length < pollBatch || !last) break;
        after = last.sequence;
      }
      // Only after a complete reading may the window move on.
      seen.advance(performance.now(), leaps);
    } catch (error) {
      if (!closed) log.warn({ err: error }, 'could not re-read recent events');
    }
  }

  // Nobody subscribes yet: this marks what is there as seen.
  if (pollMs > 0) await poll();
  const timer = pollMs > 0 ? setInterval(() => void poll(), pollMs) : undefined;
  timer?.unref();

  return {
    publish(events) {
      if (closed || events.length === 0) return;
      for (const event of events) {
        const notice = toNotice(event);
        outgoing.push(notice);
        deliver(notice);
      }
      void send();
    },

    listen(topics, listener) {
      if (closed) return () => {};
      const keys = topics.map(topicKey);
      // Of its own, so that one function may listen twice.
      const own: BusListener = (event) => listener(event);
      for (const key of keys) {
        const group = byTopic.get(key) ?? new Set();
        byTopic.set(key, group.add(own));
      }
      listening += 1;
      let ended = false;
      return () => {
        if (ended) return;
        ended = true;
        listening -= 1;
        for (const key of keys) {
          const group = byTopic.get(key);
          group?.delete(own);
          if (group?.size === 0) byTopic.delete(key);
        }
      };
    },

    get position() {
      return seen.position;
    },

    get size() {
      return listening;
    },

    async close() {
      if (closed) return;
      closed = true;
      await send();
      clearInterval(timer);
      byTopic.clear();
      await polling;
      await connection.close();
    },
  };
}

/** By index: Prisma's aggregate would read them all. */
async function newestSequence(database: Database): Promise<bigint> {
  const newest = await database.event.findFirst({
    orderBy: { sequence: 'desc' },
    select: { sequence: true },
  });
  return newest?.sequence ?? 0n;
}

function topicKey(topic: Topic): string {
  switch (topic.about) {
    case 'customer':
      return `${topic.merchantId} customer ${topic.customerId}`;
    case 'object':
      return `${topic.merchantId} object ${topic.objectId}`;
    case 'everything':
    case 'merchant':
      return `${topic.merchantId} ${topic.about}`;
  }
}

function topicsOf({ merchantId, customerId, objectId }: EventNotice): string[] {
  return [
    topicKey({ merchantId, about: 'everything' }),
    customerId === null
      ? topicKey({ merchantId, about: 'merchant' })
      : topicKey({ merchantId, about: 'customer', customerId }),
    topicKey({ merchantId, about: 'object', objectId }),
  ];
}

function toNotice(event: EventNotice): EventNotice {
  const { id, sequence, merchantId, customerId, type, objectType, objectId } = event;
  return { id, sequence, merchantId, customerId, type, objectType, objectId };
}

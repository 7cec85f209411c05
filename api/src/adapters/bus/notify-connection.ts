/** One Postgres connection that listens to a channel and speaks on it, and comes back when it breaks. */
import { setTimeout as sleep } from 'node:timers/promises';

import pg from 'pg';
import type { Logger } from 'pino';

export interface NotifyConnection {
  /** Sends when connected, dropped otherwise. Resolves when it is out or lost; never rejects. */
  notify(payload: string): Promise<void>;
  close(): Promise<void>;
}

const longestWaitMs = 5000;

/**
 * Resolves when it listens. After that it never gives up: when the connection breaks it connects
 * again, and calls `onReconnect` once it listens.
 * @param options.channel trusted identifier
 */
export async function openNotifyConnection(options: {
  connectionString: string;
  channel: string;
  log: Logger;
  /** Null: it only speaks. */
  onMessage: ((payload: string) => void) | null;
  onReconnect: () => void;
}): Promise<NotifyConnection> {
  const { connectionString, channel, log } = options;
  let current: pg.Client | null = null;
  const stopping = new AbortController();

  async function connect(): Promise<void> {
    const client = new pg.Client({
      connectionString,
      application_name: 'bus',
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
    });
    let lost = false;
    const onLost = () => {
      if (lost) return;
      lost = true;
      if (current !== client) return;
      current = null;
      if (!stopping.signal.aborted) void reconnect();
    };
    client.on('error', onLost);
    client.on('end', onLost);
    client.on('notification', ({ payload }) => options.onMessage?.(payload ?? ''));
    try {
      await client.connect();
      // What is said is heard with the commit; that it should outlive a crash of Postgres, whose
      // listeners are gone then, is nothing to wait for.
      await client.query('set synchronous_commit = off');
      if (options.onMessage) await client.query(`listen ${channel}`);
    } catch (error) {
      client.end().catch(() => {});
      throw error;
    }
    if (stopping.signal.aborted || lost) {
      client.end().catch(() => {});
      if (lost) throw new Error('Connection lost');
      return;
    }
    current = client;
  }

  async function reconnect(): Promise<void> {
    log.warn('lost the connection that hears other processes, connecting again');
    for (let waitMs = 100; !stopping.signal.aborted; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
      await sleep(waitMs, undefined, { signal: stopping.signal, ref: false }).catch(() => {});
      if (stopping.signal.aborted) return;
      try {
        await connect();
        log.info('hearing other processes again');
        options.onReconnect();
        return;
      } catch {
        // Said once above; the next try follows.
      }
    }
  }

  await connect();
  /** A connection takes one query after the other. */
  let last: Promise<void> = Promise.resolve();
  return {
    notify(payload) {
      last = last
        .then(() => current?.query('select pg_notify($1, $2)', [channel, payload]))
        // Lost: the others' polls find the events.
        .then(
          () => {},
          () => {},
        );
      return last;
    },
    async close() {
      stopping.abort();
      await last;
      const client = current;
      current = null;
      await client?.end().catch(() => {});
    },
  };
}

/**
 * Has webhooks delivered soon after events were committed, without a statement in the transaction that
 * recorded them. Losing a wake costs a minute: the sweep comes anyway.
 */
import type { Enqueue, Publish } from '@4geeks/billing/ports';
import { Prisma, type Database } from '@4geeks/prisma';
import type { Logger } from 'pino';

export interface WebhookWaker {
  /** Give only committed events. Never throws, never waits. */
  notice: Publish;
  close(): Promise<void>;
}

export interface WakerOptions {
  database: Database;
  enqueue: Enqueue;
  log: Logger;
  /**
   * For how long events are gathered. Whatever happens meanwhile costs one look for an endpoint that
   * listens, and, where there is one, one job. Default 300.
   */
  gatherMs?: number;
}

export function createWebhookWaker(options: WakerOptions): WebhookWaker {
  const { database, enqueue, gatherMs = 300 } = options;
  const log = options.log.child({ part: 'webhooks' });
  let merchantIds = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let waking: Promise<void> = Promise.resolve();
  let closed = false;

  async function wake(): Promise<void> {
    const merchants = [...merchantIds];
    merchantIds = new Set();
    try {
      const listening = await database.sql.query(Prisma.sql`
        SELECT id FROM "WebhookEndpoint"
        WHERE "merchantId" = ANY(${merchants}::uuid[]) AND "disabledAt" IS NULL
        LIMIT 1`);
      if (listening.length === 0) return;
      await enqueue(database.sql, [
        { name: 'deliver-webhooks', payload: {}, key: 'deliver-webhooks' },
      ]);
    } catch (error) {
      log.warn({ err: error }, 'could not ask for a delivery of webhooks');
    }
  }

  return {
    notice(events) {
      if (closed || events.length === 0) return;
      for (const { merchantId } of events) merchantIds.add(merchantId);
      timer ??= setTimeout(() => {
        timer = undefined;
        waking = wake();
      }, gatherMs).unref();
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await waking;
    },
  };
}

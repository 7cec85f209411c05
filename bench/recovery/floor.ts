/**
 * The floor: what a recovery has to wait for, whoever writes it. As many transactions as a recovery
 * really commits until its message (counted in the same run, see count-transactions.ts), reads as
 * reads and writes as writes, bare and one after the other, on the same Postgres, waiting for the disk
 * where the real one does; the sandbox gateway's own time; and one message over an open WebSocket to the same
 * process of clients.
 *
 * A bare read is one statement without a table. A bare write is one row, committed to disk; in the
 * real path the same transaction holds several statements.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { App } from '@4geeks/api';
import pg from 'pg';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Child } from '../child.ts';
import type { BrowserRequest } from './browsers.ts';
import type { TransactionCounts } from './count-transactions.ts';

export interface Floor {
  /** @returns milliseconds of each of so many floors at once. */
  times(count: number): Promise<number[]>;
  close(): Promise<void>;
}

export async function createFloor(
  { sandbox, billing }: App,
  connectionString: string,
  browsers: Child<BrowserRequest, number[]>,
  counts: Omit<TransactionCounts, 'statements'>,
): Promise<Floor> {
  // As many connections as the application's pool has.
  const pool = new pg.Pool({ connectionString, max: 10 });
  const unhurriedPool = new pg.Pool({
    connectionString,
    max: 10,
    options: '-c synchronous_commit=off',
  });
  await pool.query('CREATE TABLE IF NOT EXISTS bench_floor (id uuid PRIMARY KEY, note text)');
  const method = await sandbox.createTestPaymentMethod({
    merchantId: crypto.randomUUID(),
    customerId: crypto.randomUUID(),
    card: 'visa',
    expMonth: 12,
    expYear: new Date().getUTCFullYear() + 2,
  });
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const connected = once(server, 'connection');
  await browsers.ask({ ask: 'listen', url: `ws://127.0.0.1:${port}` });
  const [socket] = (await connected) as [WebSocket];
  const now = () => performance.timeOrigin + performance.now();

  async function write(into: pg.Pool): Promise<void> {
    const connection = await into.connect();
    try {
      await connection.query('BEGIN');
      await connection.query('INSERT INTO bench_floor VALUES ($1, $2)', [
        crypto.randomUUID(),
        'write',
      ]);
      await connection.query('COMMIT');
    } finally {
      connection.release();
    }
  }

  async function runOne(): Promise<{ id: string; startedAt: number }> {
    const startedAt = now();
    for (let read = 0; read < counts.reads; read += 1)
      await pool.query('SELECT $1::text', ['read']);
    for (let row = 0; row < counts.writes; row += 1) await write(pool);
    for (let row = 0; row < counts.unhurried; row += 1) await write(unhurriedPool);
    await billing.gateway.charge({
      idempotencyKey: crypto.randomUUID(),
      amountMinor: 1900n,
      currency: 'EUR',
      paymentMethodToken: method.token,
      offSession: true,
      description: 'floor',
    });
    const id = crypto.randomUUID();
    socket.send(id);
    return { id, startedAt };
  }

  return {
    async times(count) {
      const ran = await Promise.all(Array.from({ length: count }, runOne));
      const arrivals = await browsers.ask({ ask: 'arrivals', ids: ran.map(({ id }) => id) });
      return arrivals.map((at, index) => at - (ran[index]?.startedAt ?? NaN));
    },
    async close() {
      socket.terminate();
      server.close();
      await pool.end();
      await unhurriedPool.end();
    },
  };
}

/**
 * The least there is: sockets of `ws`, and one message, made of one row that is read by its id, and
 * sent to all or to one.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { WebSocketServer } from 'ws';
import { answerParent } from '../child.ts';
import { now, usage } from './usage.ts';

export type BareRequest =
  | { ask: 'start'; databaseUrl: string; customerId: string }
  | { ask: 'usage' }
  | { ask: 'all'; text: string }
  | { ask: 'one'; text: string }
  | { ask: 'stop' };

let database: pg.Client | null = null;
let customerId = '';
const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });

answerParent(async (request: BareRequest) => {
  switch (request.ask) {
    case 'start':
      customerId = request.customerId;
      database = new pg.Client({ connectionString: request.databaseUrl });
      await database.connect();
      if (!server.address()) await once(server, 'listening');
      return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
    case 'usage':
      return usage();
    case 'stop':
      return database?.end();
  }
  const startedAt = now();
  const { rows } = await database!.query({
    name: 'customer',
    text: 'SELECT id, name, email FROM "Customer" WHERE id = $1',
    values: [customerId],
  });
  const data = { ...(rows[0] as object), text: request.text };
  const message = JSON.stringify({ id: '1', type: 'next', payload: { data } });
  for (const socket of server.clients) {
    socket.send(message);
    if (request.ask === 'one') break;
  }
  return startedAt;
});

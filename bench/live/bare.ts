/** The least there is: sockets of `ws`, and one message made once and sent to all, or to one. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { answerParent } from '../child.ts';
import { now, usage } from './usage.ts';

export type BareRequest =
  { ask: 'start' } | { ask: 'usage' } | { ask: 'all'; text: string } | { ask: 'one'; text: string };

const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });

answerParent(async (request: BareRequest) => {
  switch (request.ask) {
    case 'start':
      if (!server.address()) await once(server, 'listening');
      return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
    case 'usage':
      return usage();
  }
  const startedAt = now();
  const message = JSON.stringify({ id: '1', type: 'next', payload: { data: request.text } });
  for (const socket of server.clients) {
    socket.send(message);
    if (request.ask === 'one') break;
  }
  return startedAt;
});

/** graphql-transport-ws to the letter, spoken over raw sockets. */
import { setTimeout as sleep } from 'node:timers/promises';

import { serveGraphqlSocket } from '@4geeks/api/http/graphql-socket';
import { createLogger } from '@4geeks/api/log';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';

import { globalId, testApi } from '../testkit/api.ts';
import { rawSocket, type RawSocket } from '../testkit/raw-socket.ts';

const api = await testApi({ socketInitMs: 300 });
const merchant = await api.seed.merchant();
const ada = await merchant.customer();
const { key } = await merchant.apiKey(['customers:read', 'events:read']);
const hello = { authorization: `Bearer ${key}` };
const billing = {
  query: 'subscription ($id: ID!) { customerBilling(customerId: $id) { name } }',
  variables: { id: globalId('Customer', ada.id) },
};
const viewerKind = { query: '{ viewer { kind } }' };

const opened: RawSocket[] = [];
async function open(options?: Parameters<typeof rawSocket>[1]) {
  const socket = await rawSocket(api.url, options);
  opened.push(socket);
  return socket;
}

async function ready() {
  const socket = await open();
  await socket.init(hello);
  return socket;
}

/** Whatever happened to a socket: nothing of it stays behind. */
afterEach(async () => {
  for (const { socket } of opened.splice(0)) socket.terminate();
  await expect.poll(() => api.app.listeners).toBe(0);
});

describe('a socket is closed', () => {
  it('with 4408 when nobody says who it is', async () => {
    const socket = await open();
    expect(await socket.closed).toEqual({
      code: 4408,
      reason: 'Connection initialisation timeout',
    });
  });

  it('with 4429 when it says so twice', async () => {
    const socket = await ready();
    socket.say({ type: 'connection_init' });
    expect((await socket.closed).code).toBe(4429);
  });

  it('with 4401 when it subscribes before the acknowledgement', async () => {
    const early = await open();
    early.say({ type: 'subscribe', id: '1', payload: viewerKind });
    expect(await early.closed).toEqual({ code: 4401, reason: 'Unauthorized' });
    const hasty = await open();
    hasty.say({ type: 'connection_init', payload: hello });
    hasty.say({ type: 'subscribe', id: '1', payload: viewerKind });
    expect((await hasty.closed).code).toBe(4401);
    expect(hasty.all({ type: 'next' })).toEqual([]);
  });

  it('with 4409 when an id is used twice at once', async () => {
    const socket = await ready();
    socket.say({ type: 'subscribe', id: 'same', payload: billing });
    socket.say({ type: 'subscribe', id: 'same', payload: billing });
    expect(await socket.closed).toEqual({
      code: 4409,
      reason: 'Subscriber for same already exists',
    });
  });

  it.each([
    ['no JSON', 'hello'],
    ['no object', '[]'],
    ['null', 'null'],
    ['an unknown type', { type: 'start', id: '1', payload: viewerKind }],
    ['a type that only servers send', { type: 'next', id: '1', payload: { data: {} } }],
    ['a subscription without an id', { type: 'subscribe', payload: viewerKind }],
    ['a subscription with an empty id', { type: 'subscribe', id: '', payload: viewerKind }],
    ['a subscription without a query', { type: 'subscribe', id: '1', payload: {} }],
    ['a query that is no text', { type: 'subscribe', id: '1', payload: { query: 1 } }],
    [
      'variables that are no object',
      { type: 'subscribe', id: '1', payload: { ...viewerKind, variables: 'x' } },
    ],
    ['a completion without an id', { type: 'complete' }],
    ['a ping with a payload that is no object', { type: 'ping', payload: 'x' }],
  ])('with 4400 for %s', async (_name, message) => {
    const socket = await ready();
    socket.say(message);
    expect((await socket.closed).code).toBe(4400);
  });

  it('with 1009 for a message that is too large', async () => {
    const socket = await ready();
    socket.say({ type: 'ping', payload: { much: 'x'.repeat(1_100_000) } });
    expect((await socket.closed).code).toBe(1009);
  });

  it('with 4406 for another protocol, which is not agreed on in the first place', async () => {
    await expect(open({ protocol: 'graphql-ws' })).rejects.toThrow('Server sent no subprotocol');
  });
});

describe('an open socket', () => {
  it('answers a ping, with its payload, also before it is acknowledged', async () => {
    const socket = await open();
    socket.say({ type: 'ping' });
    expect(await socket.heard({ type: 'pong' })).toEqual({ type: 'pong' });
    await socket.init(hello);
    socket.say({ type: 'ping', payload: { at: 1 } });
    await expect
      .poll(() => socket.all({ type: 'pong' }).at(-1))
      .toEqual({ type: 'pong', payload: { at: 1 } });
    socket.say({ type: 'pong' });
    socket.say({ type: 'subscribe', id: '1', payload: viewerKind });
    await socket.heard({ type: 'complete', id: '1' });
  });

  it('answers a query with one message and its completion', async () => {
    const socket = await ready();
    socket.say({ type: 'subscribe', id: 'q', payload: viewerKind });
    await socket.heard({ type: 'complete', id: 'q' });
    expect(socket.messages.slice(1)).toEqual([
      { type: 'next', id: 'q', payload: { data: { viewer: { kind: 'API_KEY' } } } },
      { type: 'complete', id: 'q' },
    ]);
  });

  it.each([
    ['a syntax error', 'subscription {'],
    ['an unknown field', 'subscription { nothing }'],
    ['no operation', 'fragment f on Query { __typename }'],
    ['an operation that is not there', 'query a { __typename } query b { __typename }'],
    [
      'two roots',
      'subscription { portalChanged(slug: "a") { slug } b: portalChanged(slug: "b") { slug } }',
    ],
  ])('has an error message for %s, and nothing after it; it stays open', async (_name, query) => {
    const socket = await ready();
    socket.say({ type: 'subscribe', id: 'bad', payload: { query } });
    const { payload } = await socket.heard({ type: 'error', id: 'bad' });
    expect(payload).toMatchObject([{ message: expect.any(String) }]);
    // The id is free again.
    socket.say({ type: 'subscribe', id: 'bad', payload: viewerKind });
    await socket.heard({ type: 'complete', id: 'bad' });
    expect(socket.all({ id: 'bad' }).map(({ type }) => type)).toEqual([
      'error',
      'next',
      'complete',
    ]);
  });

  it('carries several operations; one ends without the others, and its source with it', async () => {
    const socket = await ready();
    for (const id of ['a', 'b', 'c']) socket.say({ type: 'subscribe', id, payload: billing });
    for (const id of ['a', 'b', 'c']) await socket.heard({ type: 'next', id });
    // Theirs, and one that watches the key.
    expect(api.app.listeners).toBe(4);

    socket.say({ type: 'complete', id: 'b' });
    await expect.poll(() => api.app.listeners).toBe(3);
    const heardByB = socket.all({ id: 'b' }).length;
    await ada.subscription();
    await expect.poll(() => socket.all({ id: 'a', type: 'next' }).length).toBeGreaterThan(1);
    await expect.poll(() => socket.all({ id: 'c', type: 'next' }).length).toBeGreaterThan(1);
    expect(socket.all({ id: 'b' })).toHaveLength(heardByB);
    expect(socket.all({ type: 'complete' })).toEqual([]);

    socket.close();
    await socket.closed;
    await expect.poll(() => api.app.listeners).toBe(0);
  });

  it('lets an id be used again at once after it was completed', async () => {
    const socket = await ready();
    const before = api.app.listeners;
    for (let round = 0; round < 20; round += 1) {
      socket.say({ type: 'subscribe', id: 'again', payload: billing });
      if (round % 2) await sleep(round);
      socket.say({ type: 'complete', id: 'again' });
    }
    socket.say({ type: 'subscribe', id: 'again', payload: billing });
    await expect.poll(() => api.app.listeners).toBe(before + 1);
    const count = socket.all({ type: 'next', id: 'again' }).length;
    await ada.subscription();
    await expect
      .poll(() => socket.all({ type: 'next', id: 'again' }).length)
      .toBeGreaterThan(count);
    expect(socket.all({ type: 'complete' })).toEqual([]);
    socket.say({ type: 'complete', id: 'again' });
    await expect.poll(() => api.app.listeners).toBe(before);
  });

  it('says nothing of an operation that was completed while its message was being made', async () => {
    const socket = await ready();
    for (let round = 0; round < 10; round += 1) {
      const id = `quick ${round}`;
      socket.say({ type: 'subscribe', id, payload: billing });
      socket.say({ type: 'complete', id });
    }
    socket.say({ type: 'subscribe', id: 'last', payload: viewerKind });
    await socket.heard({ type: 'complete', id: 'last' });
    await sleep(100);
    expect(socket.messages.filter(({ id }) => id?.startsWith('quick'))).toEqual([]);
  });

  it('takes no more than 50 operations at once, and says so', async () => {
    const socket = await ready();
    for (let id = 0; id < 51; id += 1) {
      socket.say({ type: 'subscribe', id: String(id), payload: billing });
    }
    const refused = await socket.heard({ type: 'error' });
    expect(refused).toMatchObject({
      payload: [{ extensions: { code: 'TOO_MANY_LIVE_SUBSCRIPTIONS', limit: 50 } }],
    });
    socket.say({ type: 'complete', id: '0' });
    await expect
      .poll(async () => {
        socket.say({
          type: 'subscribe',
          id: `more ${socket.messages.length}`,
          payload: viewerKind,
        });
        await sleep(50);
        return socket.messages.some(({ id, type }) => id?.startsWith('more') && type === 'next');
      })
      .toBe(true);
  });
});

describe('a client that does not read', () => {
  it('is sent nothing more until it has read', async () => {
    const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await new Promise((resolve) => sockets.once('listening', resolve));
    const { port } = sockets.address() as { port: number };
    const client = new WebSocket(`ws://127.0.0.1:${port}`);
    let send!: (text: string) => Promise<void>;
    await new Promise<void>((resolve) =>
      sockets.once('connection', (socket) => {
        const server = {
          opened(given: { send(text: string): Promise<void> }) {
            send = given.send;
            return async () => {};
          },
        } as unknown as Parameters<typeof serveGraphqlSocket>[0];
        const log = createLogger({ level: 'silent' });
        serveGraphqlSocket(server, socket, {}, { log, pingEveryMs: 60_000 });
        resolve();
      }),
    );
    await new Promise((resolve) => client.once('open', resolve));
    client.pause();
    let sent = false;
    const sending = send('x'.repeat(30_000_000)).then(() => (sent = true));
    await sleep(300);
    expect(sent).toBe(false);
    client.resume();
    await sending;
    client.terminate();
    // A socket that is gone holds nobody up.
    await expect.poll(() => sockets.clients.size).toBe(0);
    await send('x');
    sockets.close();
  });

  it('is let go when it goes on asking', async () => {
    const { connect } = await import('node:net');
    const { port } = new URL(api.url);
    const tcp = connect(Number(port), '127.0.0.1');
    tcp.on('error', () => {});
    await new Promise<void>((resolve) => tcp.once('connect', () => resolve()));
    tcp.write(
      [
        'GET /graphql HTTP/1.1',
        `Host: localhost:${port}`,
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        `Sec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}`,
        'Sec-WebSocket-Protocol: graphql-transport-ws',
        '\r\n',
      ].join('\r\n'),
    );
    await new Promise<void>((resolve) => tcp.once('data', () => resolve()));
    tcp.pause();
    const gone = new Promise<void>((resolve) => tcp.once('close', () => resolve()));
    // Masked with zeros: the text itself.
    const frame = (text: string) => {
      const body = Buffer.from(text);
      const head = Buffer.from([0x81, 0x80 | 126, body.length >> 8, body.length & 255, 0, 0, 0, 0]);
      return Buffer.concat([head, body]);
    };
    tcp.write(
      frame(JSON.stringify({ type: 'connection_init', payload: { pad: 'x'.repeat(200) } })),
    );
    const ping = frame(JSON.stringify({ type: 'ping', payload: { much: 'x'.repeat(60_000) } }));
    let asked = 0;
    const asking = setInterval(() => {
      if (tcp.writable && tcp.writableLength < 1_000_000 && tcp.write(ping)) asked += ping.length;
    }, 1);
    await Promise.race([
      gone,
      sleep(20_000).then(() => {
        throw new Error(`still open after ${asked} bytes`);
      }),
    ]).finally(() => clearInterval(asking));
    expect(asked).toBeGreaterThan(1_000_000);
    tcp.destroy();
  }, 30_000);
});

/** Streams whose client does not read: nothing piles up for it, and it does not stay for ever. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { updateCustomer } from '@4geeks/billing/customer/update-customer';
import { describe, expect, it } from 'vitest';

import { cleanUp } from '../testkit/clean-up.ts';
import { globalId, testApi, type TestApi } from '../testkit/api.ts';

/** A state of almost 200 kB: sixty times an address of a thousand characters of three bytes. */
const address = '€'.repeat(1000);
const copies = Array.from({ length: 60 }, (_, at) => `a${at}: address`).join(' ');
const query = `subscription ($id: ID!) { customerBilling(customerId: $id) { ${copies} name } }`;
const messageBytes = 60 * 3 * 1000;

interface Stream {
  /** The client's end, which reads nothing unless told to. */
  client: Socket;
  /** The server's end. */
  server: Socket;
  change(name: string): Promise<void>;
}

async function unreadStream(api: TestApi): Promise<Stream> {
  const merchant = await api.seed.merchant();
  const ada = await merchant.customer();
  const { key } = await merchant.apiKey(['customers:read']);
  const change = async (name: string) => {
    await updateCustomer(api.app.billing, merchant.system, { customerId: ada.id, name, address });
  };
  await change('Ada 0');

  const server = new Promise<Socket>((resolve) => {
    const onRequest = (message: unknown) => {
      const { request } = message as { request: IncomingMessage };
      if (request.headers.accept === 'text/event-stream') resolve(request.socket);
    };
    subscribe('http.server.request.start', onRequest);
    cleanUp(async () => void unsubscribe('http.server.request.start', onRequest));
  });
  const { port } = new URL(api.url);
  const client = connect(Number(port), '127.0.0.1');
  client.on('error', () => {});
  cleanUp(async () => void client.destroy());
  await new Promise<void>((resolve) => client.once('connect', () => resolve()));
  client.pause();
  const body = JSON.stringify({ query, variables: { id: globalId('Customer', ada.id) } });
  client.write(
    [
      'POST /graphql HTTP/1.1',
      `Host: localhost:${port}`,
      `Authorization: Bearer ${key}`,
      'Accept: text/event-stream',
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  );
  return { client, server: await server, change };
}

/** Changes the customer until the server has more to say than the connection takes. */
async function stall({ server, change }: Stream): Promise<number> {
  for (let count = 1; count < 400; count += 1) {
    await change(`Ada ${count}`);
    await sleep(20);
    if (server.writableNeedDrain) return count;
  }
  throw new Error('The connection takes everything.');
}

describe('a stream whose client does not read', () => {
  it('has nothing made for it, and tells the newest state once it is read', async () => {
    const stream = await unreadStream(await testApi());
    const taken = await stall(stream);
    await sleep(200);
    const waiting = stream.server.writableLength;
    expect(waiting).toBeLessThan(3 * messageBytes);
    const later = 100;
    for (let count = 1; count <= later; count += 1) await stream.change(`Ada ${taken + count}`);
    await sleep(200);
    // Whatever happened meanwhile: not a byte more, but for what keeps the connection alive.
    expect(stream.server.writableLength).toBeLessThan(waiting + 1000);

    let heard = '';
    stream.client.on('data', (chunk) => (heard += String(chunk)));
    stream.client.resume();
    await expect.poll(() => heard, { timeout: 10_000 }).toContain(`"name":"Ada ${taken + later}"`);
    const names = [...heard.matchAll(/"name":"Ada (\d+)"/g)].map(([, count]) => Number(count));
    expect(names).toEqual(names.toSorted((left, right) => left - right));
    // Of those that nobody read: what was on its way, one that was being made, and the newest.
    expect(names.filter((count) => count > taken).length).toBeLessThanOrEqual(3);
  });

  it('is let go after a time, and leaves nothing behind', async () => {
    const api = await testApi({ streamStalledMs: 1000 });
    const stream = await unreadStream(api);
    // As long as there is room, it is left in peace.
    await sleep(1500);
    expect(stream.server.destroyed).toBe(false);
    await stall(stream);
    await expect.poll(() => stream.server.destroyed, { timeout: 5000 }).toBe(true);
    await expect.poll(() => api.app.listeners).toBe(0);
  });
});

/** Where webhooks may go, and what is kept of the answers. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import {
  createWebhookSender,
  type ResolveName,
  type WebhookSenderOptions,
} from '@4geeks/api/adapters/webhook/webhook-sender';
import { Webhook } from 'standardwebhooks';
import { beforeEach, describe, expect, it } from 'vitest';

import { cleanUp } from '../testkit/clean-up.ts';
import { answerWith, verify, webhookReceiver } from '../testkit/webhook-receiver.ts';

const receiver = await webhookReceiver();
beforeEach(() => {
  receiver.received.length = 0;
  receiver.answer = answerWith(204);
});

const secret = `whsec_${Buffer.from('a secret of tests').toString('base64')}`;
const older = `whsec_${Buffer.from('an older secret of tests').toString('base64')}`;

/** A resolver that knows these names alone, and counts how often it is asked. */
function names(known: Record<string, string[]>): ResolveName & { asked: number } {
  const resolver: ResolveName & { asked: number } = Object.assign(
    ((name, done) => {
      resolver.asked += 1;
      const addresses = known[name];
      if (!addresses) return done(Object.assign(new Error(name), { code: 'ENOTFOUND' }), []);
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    }) as ResolveName,
    { asked: 0 },
  );
  return resolver;
}

function sender(options: Partial<WebhookSenderOptions> = {}) {
  const opened = createWebhookSender({ targets: 'public-and-loopback', ...options });
  cleanUp(() => opened.close());
  return opened;
}

const request = (url: string, change: object = {}) => ({
  url,
  id: 'RXZlbnQ6MQ==',
  body: '{"type":"invoice.paid","name":"Zoë"}',
  secrets: [secret],
  ...change,
});

describe('what is sent', () => {
  it('is signed by every secret, and says when', async () => {
    const outcome = await sender().send(request(receiver.url, { secrets: [secret, older] }));
    expect(outcome).toEqual({ status: 'answered', responseStatus: 204, responseBody: '' });
    const [webhook] = receiver.received;
    expect(verify(secret, webhook!)).toEqual({ type: 'invoice.paid', name: 'Zoë' });
    expect(verify(older, webhook!)).toEqual({ type: 'invoice.paid', name: 'Zoë' });
    expect(webhook!.headers['webhook-signature']).toMatch(/^v1,\S{44} v1,\S{44}$/);
    const age = Date.now() / 1000 - Number(webhook!.headers['webhook-timestamp']);
    expect(Math.abs(age)).toBeLessThan(5);
    expect(() => new Webhook(secret).verify(`${webhook!.body} `, webhook!.headers)).toThrow();
  });
});

describe('what is kept of an answer', () => {
  it.each([
    ['text', 'ok', 'ok'],
    ['a long one', 'x'.repeat(5000), 'x'.repeat(1000)],
    ['characters of several bytes', '🙂'.repeat(1500), '🙂'.repeat(1000)],
    ['U+0000, which Postgres cannot keep', 'a\0b', 'ab'],
  ])('%s', async (_what, body, kept) => {
    receiver.answer = answerWith(500, body);
    expect(await sender().send(request(receiver.url))).toEqual({
      status: 'answered',
      responseStatus: 500,
      responseBody: kept,
    });
  });

  it('bytes that are no text', async () => {
    receiver.answer = (_webhook, response) =>
      void response.writeHead(200).end(Buffer.from([0xff, 0xfe, 0x41]));
    expect(await sender().send(request(receiver.url))).toMatchObject({ responseBody: '��A' });
  });

  it('of one that never ends, its beginning', async () => {
    receiver.answer = (_webhook, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('y'.repeat(2000)), 1);
      response.on('close', () => clearInterval(timer));
    };
    expect(await sender().send(request(receiver.url))).toMatchObject({
      responseBody: 'y'.repeat(1000),
    });
  });

  it('of one that comes drop by drop, nothing: it is too late', async () => {
    receiver.answer = (_webhook, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('y'), 20);
      response.on('close', () => clearInterval(timer));
    };
    expect(await sender({ timeoutMs: 200 }).send(request(receiver.url))).toEqual({
      status: 'unanswered',
      failure: 'TIMEOUT',
    });
  });
});

describe('an answer that says when to come back', () => {
  it.each([
    ['120', '120'],
    [['60', '120'], undefined],
  ])('%j', async (header, retryAfter) => {
    receiver.answer = (_webhook, response) =>
      void response.setHeader('retry-after', header).writeHead(503).end();
    expect(await sender().send(request(receiver.url))).toEqual({
      status: 'answered',
      responseStatus: 503,
      responseBody: '',
      retryAfter,
    });
  });
});

describe('without an answer', () => {
  it.each([
    ['NAME_NOT_RESOLVED', () => 'http://unknown.example'],
    ['CONNECTION_FAILED', () => 'http://127.0.0.1:1'],
    ['TLS_FAILED', () => receiver.url.replace('http', 'https')],
  ])('says %s', async (failure, url) => {
    const { send } = sender({ resolveName: names({}) });
    expect(await send(request(url()))).toEqual({ status: 'unanswered', failure });
  });

  it('says that it was given up by us', async () => {
    receiver.answer = () => {};
    const stopping = new AbortController();
    const sending = sender().send(request(receiver.url, { signal: stopping.signal }));
    await expect.poll(() => receiver.received.length).toBe(1);
    stopping.abort();
    expect(await sending).toEqual({ status: 'aborted' });
  });
});

describe('in production', () => {
  const refused = { status: 'unanswered', failure: 'ADDRESS_REFUSED' };
  const port = () => receiver.port;

  it.each([
    ['plain http', () => `http://example.com`, 'URL_NOT_HTTPS'],
    ['loopback', () => `https://127.0.0.1:${port()}`, 'URL_NOT_PUBLIC'],
    ['loopback in decimal', () => `https://2130706433:${port()}`, 'URL_NOT_PUBLIC'],
    ['loopback in hex', () => `https://0x7f000001:${port()}`, 'URL_NOT_PUBLIC'],
    ['loopback in octal', () => `https://0177.0.0.1:${port()}`, 'URL_NOT_PUBLIC'],
    ['loopback in short', () => `https://127.1:${port()}`, 'URL_NOT_PUBLIC'],
    ['IPv6 loopback', () => `https://[::1]:${port()}`, 'URL_NOT_PUBLIC'],
    ['mapped loopback', () => `https://[::ffff:127.0.0.1]:${port()}`, 'URL_NOT_PUBLIC'],
    ['mapped loopback in hex', () => `https://[::ffff:7f00:1]:${port()}`, 'URL_NOT_PUBLIC'],
    ['unspecified', () => `https://0.0.0.0:${port()}`, 'URL_NOT_PUBLIC'],
    ['a private network', () => 'https://192.168.0.1', 'URL_NOT_PUBLIC'],
    ['link-local', () => 'https://169.254.1.1', 'URL_NOT_PUBLIC'],
    ['a metadata service', () => 'https://169.254.169.254/latest/meta-data', 'URL_NOT_PUBLIC'],
    ['unique local', () => 'https://[fd00:ec2::254]', 'URL_NOT_PUBLIC'],
    ['a name of loopback', () => `https://loopback.example:${port()}`, 'URL_NOT_PUBLIC'],
    ['a name of IPv6 loopback', () => `https://six.example:${port()}`, 'URL_NOT_PUBLIC'],
    ['a name of both kinds', () => `https://both.example:${port()}`, 'URL_NOT_PUBLIC'],
    ['a name of a mapped address', () => 'https://mapped.example', 'URL_NOT_PUBLIC'],
  ])('refuses %s', async (_what, url, reason) => {
    const { send, refusalOf } = sender({
      targets: 'public',
      resolveName: names({
        'loopback.example': ['127.0.0.1'],
        'six.example': ['::1'],
        'both.example': ['93.184.216.34', '127.0.0.1'],
        'mapped.example': ['::ffff:10.0.0.1'],
      }),
    });
    expect(await refusalOf(url())).toBe(reason);
    expect(await send(request(url()))).toEqual(refused);
    expect(receiver.received).toEqual([]);
  });

  it('refuses the system’s own name for loopback', async () => {
    const { send, refusalOf } = sender({ targets: 'public' });
    expect(await refusalOf(`https://localhost:${port()}`)).toBe('URL_NOT_PUBLIC');
    expect(await send(request(`https://localhost:${port()}`))).toEqual(refused);
  });

  it('judges a name again when it connects: it may have changed', async () => {
    const known = { 'rebind.example': ['93.184.216.34'] };
    const { send, refusalOf } = sender({ targets: 'public', resolveName: names(known) });
    const url = `https://rebind.example:${port()}`;
    expect(await refusalOf(url)).toBeNull();
    known['rebind.example'] = ['127.0.0.1'];
    expect(await send(request(url))).toEqual(refused);
    expect(receiver.received).toEqual([]);
  });

  it('accepts public names and addresses, and a name that has none yet', async () => {
    const { refusalOf } = sender({
      targets: 'public',
      resolveName: names({ 'hooks.example': ['93.184.216.34', '2606:4700::1'] }),
    });
    for (const url of ['https://hooks.example/a', 'https://8.8.8.8', 'https://soon.example']) {
      expect(await refusalOf(url), url).toBeNull();
    }
  });

  it('does not wait long for a resolver that does not answer', async () => {
    const { refusalOf } = sender({ targets: 'public', resolveName: () => {} });
    const startedAt = performance.now();
    expect(await refusalOf('https://slow.example')).toBeNull();
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });
});

describe('elsewhere', () => {
  it('connects to the address that was judged, by name', async () => {
    const resolveName = names({ 'hooks.example': ['127.0.0.1'] });
    const { send } = sender({ resolveName });
    expect(await send(request(`http://hooks.example:${receiver.port}/x`))).toMatchObject({
      responseStatus: 204,
    });
    expect(receiver.received).toMatchObject([
      { path: '/x', headers: { host: `hooks.example:${receiver.port}` } },
    ]);
    expect(resolveName.asked).toBe(1);
  });

  it('allows loopback, and still no private network', async () => {
    const { refusalOf } = sender({ resolveName: names({ 'inner.example': ['10.0.0.1'] }) });
    expect(await refusalOf('http://127.0.0.1:3000')).toBeNull();
    expect(await refusalOf('http://[::1]:3000')).toBeNull();
    for (const url of ['http://10.0.0.1', 'http://inner.example', 'http://169.254.169.254']) {
      expect(await refusalOf(url), url).toBe('URL_NOT_PUBLIC');
    }
  });

  it('takes a redirect for the answer', async () => {
    let visits = 0;
    const elsewhere = createServer((_request, response) => {
      visits += 1;
      response.end();
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    cleanUp(async () => void elsewhere.close());
    const { port } = elsewhere.address() as AddressInfo;
    receiver.answer = (_webhook, response) =>
      void response.writeHead(302, { location: `http://127.0.0.1:${port}` }).end();
    expect(await sender().send(request(receiver.url))).toMatchObject({ responseStatus: 302 });
    expect(visits).toBe(0);
  });
});

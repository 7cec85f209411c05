import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Mail } from '@4geeks/billing/ports';
import { afterAll, describe, expect, it } from 'vitest';

import { createPostmarkMailer } from './postmark.ts';

const received: { headers: IncomingHttpHeaders; body: unknown }[] = [];
let answer: { status: number; body: object } | 'silence';

/** Postmark's stand-in: takes anything, answers what the test says. */
const server = createServer(async (request, response) => {
  let text = '';
  for await (const chunk of request) text += chunk;
  received.push({ headers: request.headers, body: JSON.parse(text) });
  if (answer === 'silence') return;
  response.writeHead(answer.status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer.body));
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const mailer = createPostmarkMailer({
  serverToken: 'server-token',
  messageStream: 'billing',
  timeoutSeconds: 1,
  standInHost: `127.0.0.1:${(server.address() as AddressInfo).port}`,
});

const mail: Mail = {
  from: { name: 'Acme "Cloud"\r\nBcc: x@evil.example', address: 'billing@acme.example' },
  replyTo: 'help@acme.example',
  to: { name: 'Ada', address: 'ada@example.com' },
  subject: 'Payment Failed',
  html: '<p>Hello</p>',
  text: 'Hello',
  tag: 'payment-failed',
  idempotencyKey: 'payment-failed:1',
};

const accepted = (id: string) => ({ MessageID: id, ErrorCode: 0, Message: 'OK' });
const inactive = {
  ErrorCode: 406,
  Message: 'You tried to send to recipient(s) that have been marked as inactive.',
};
const refused = { ErrorCode: 300, Message: "Invalid 'To' address." };

describe('the Postmark mailer', () => {
  it('hands over the whole mail, without tracking', async () => {
    answer = { status: 200, body: [accepted('pm-1')] };
    expect(await mailer.send([mail])).toEqual([{ status: 'sent', messageId: 'pm-1' }]);
    const { headers, body } = received.at(-1)!;
    expect(headers['x-postmark-server-token']).toBe('server-token');
    expect(body).toMatchObject([
      {
        From: '"Acme \\"Cloud\\" Bcc: x@evil.example" <billing@acme.example>',
        To: '"Ada" <ada@example.com>',
        ReplyTo: 'help@acme.example',
        Subject: 'Payment Failed',
        HtmlBody: '<p>Hello</p>',
        TextBody: 'Hello',
        Tag: 'payment-failed',
        TrackOpens: false,
        TrackLinks: 'None',
        MessageStream: 'billing',
        Metadata: { key: 'payment-failed:1' },
      },
    ]);
  });

  it('hands many over in one request, and says what became of each', async () => {
    answer = { status: 200, body: [accepted('pm-1'), inactive, refused, accepted('pm-2')] };
    const before = received.length;
    const many = ['a', 'b', 'c', 'd'].map((key) => ({ ...mail, idempotencyKey: key }));
    expect(await mailer.send(many)).toEqual([
      { status: 'sent', messageId: 'pm-1' },
      { status: 'bounced', reason: 'inactive_recipient' },
      {
        status: 'failed',
        error: new Error("Postmark refused a mail (300): Invalid 'To' address."),
      },
      { status: 'sent', messageId: 'pm-2' },
    ]);
    expect(received).toHaveLength(before + 1);
    expect(received.at(-1)!.body).toMatchObject(
      many.map(({ idempotencyKey: key }) => ({ Metadata: { key } })),
    );
  });

  it.each([
    ['an error', { status: 500, body: { ErrorCode: 1, Message: 'Down' } }],
    ['a refusal', { status: 401, body: { ErrorCode: 10, Message: 'Bad or missing API token' } }],
    ['an answer about other mails', { status: 200, body: [accepted('pm-1'), accepted('pm-2')] }],
    ['silence', 'silence' as const],
  ])('throws on %s', async (_, given) => {
    answer = given;
    await expect(mailer.send([mail])).rejects.toThrow();
  });
});

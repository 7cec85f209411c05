/** What a merchant runs to be told of events: a real HTTP server that checks signatures. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Webhook } from 'standardwebhooks';

import { cleanUp } from './clean-up.ts';
import type { Data } from './graphql-client.ts';

export interface ReceivedWebhook {
  path: string;
  headers: Record<string, string>;
  body: string;
  /** The body, read. */
  payload: Data;
}

export interface WebhookReceiver {
  /** Ends without a slash. */
  url: string;
  port: number;
  received: ReceivedWebhook[];
  /** Types of what was received, in order. */
  types(): string[];
  /** What it answers. Default: 204. Reassign at will. */
  answer: (webhook: ReceivedWebhook, response: ServerResponse) => void | Promise<void>;
}

export const answerWith =
  (status: number, body = ''): WebhookReceiver['answer'] =>
  (_webhook, response) =>
    void response.writeHead(status).end(body);

/** @throws when it was not signed with `secret` just now. @returns the payload. */
export function verify(secret: string, { body, headers }: ReceivedWebhook): Data {
  return new Webhook(secret).verify(body, headers);
}

export async function webhookReceiver(): Promise<WebhookReceiver> {
  const receiver: WebhookReceiver = {
    url: '',
    port: 0,
    received: [],
    types: () => receiver.received.map(({ payload }) => payload.type),
    answer: answerWith(204),
  };
  const server = createServer((request, response) => void take(request, response));
  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const webhook: ReceivedWebhook = {
      path: request.url ?? '',
      headers: request.headers as Record<string, string>,
      body,
      payload: JSON.parse(body),
    };
    receiver.received.push(webhook);
    await receiver.answer(webhook, response);
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  receiver.port = (server.address() as AddressInfo).port;
  receiver.url = `http://127.0.0.1:${receiver.port}`;
  cleanUp(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return receiver;
}

/** A WebSocket that says exactly what a test tells it to: for the letter of graphql-transport-ws. */
import { WebSocket } from 'ws';

import { cleanUp } from './clean-up.ts';
import type { Data } from './graphql-client.ts';

export interface RawMessage {
  type: string;
  id?: string;
  payload?: Data;
}

export interface RawSocket {
  socket: WebSocket;
  /** Everything heard so far. */
  messages: RawMessage[];
  say(message: object | string): void;
  /** Says who it is and waits for the acknowledgement. */
  init(payload?: object): Promise<void>;
  /** Resolves with the first message that fits, past or to come. */
  first(fits: (message: RawMessage) => boolean): Promise<RawMessage>;
  heard(fits: Partial<RawMessage>): Promise<RawMessage>;
  all(fits: Partial<RawMessage>): RawMessage[];
  /** Resolves with code and reason. */
  closed: Promise<{ code: number; reason: string }>;
  close(): void;
}

const patienceMs = 5000;

export async function rawSocket(
  url: string,
  options: { headers?: Record<string, string>; protocol?: string } = {},
): Promise<RawSocket> {
  const socket = new WebSocket(
    `${url.replace('http', 'ws')}/graphql`,
    options.protocol ?? 'graphql-transport-ws',
    { headers: options.headers ?? {} },
  );
  const messages: RawMessage[] = [];
  let tell = () => {};
  socket.on('message', (data) => {
    messages.push(JSON.parse(String(data)) as RawMessage);
    tell();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.once('close', (code, reason) => resolve({ code, reason: String(reason) })),
  );
  cleanUp(async () => socket.terminate());
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  const say = (message: object | string) =>
    socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  const fitsTo = (fits: Partial<RawMessage>) => (message: RawMessage) =>
    Object.entries(fits).every(([key, value]) => message[key as keyof RawMessage] === value);
  async function first(fits: (message: RawMessage) => boolean): Promise<RawMessage> {
    const until = Date.now() + patienceMs;
    for (;;) {
      const found = messages.find(fits);
      if (found) return found;
      if (Date.now() > until) {
        throw new Error(`Not heard ${String(fits)}: ${JSON.stringify(messages).slice(0, 2000)}`);
      }
      await new Promise<void>((resolve) => {
        tell = resolve;
        setTimeout(resolve, 50);
      });
    }
  }
  const heard = (fits: Partial<RawMessage>) => first(fitsTo(fits));
  const all = (fits: Partial<RawMessage>) => messages.filter(fitsTo(fits));
  return {
    socket,
    messages,
    say,
    async init(payload = {}) {
      say({ type: 'connection_init', payload });
      await heard({ type: 'connection_ack' });
    },
    first,
    heard,
    all,
    closed,
    close: () => socket.close(),
  };
}

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConnectionState } from './connection.svelte.ts';
import type { ApiFailure } from './failure.ts';
import { LiveSocket } from './live.ts';

type Message = { type: string; id?: string; payload?: unknown };

/** A server that speaks graphql-transport-ws, and does with what is asked as the test says. */
class FakeSocket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  static asked: { at: number; id: string }[] = [];
  static answer: (id: string, asked: number) => Message[];

  readyState = FakeSocket.OPEN;
  protocol = 'graphql-transport-ws';
  onopen?: () => void;
  onmessage?: (event: { data: string }) => void;
  onclose?: (event: { code: number; reason: string; wasClean: boolean }) => void;

  constructor() {
    queueMicrotask(() => this.onopen?.());
  }

  send(text: string): void {
    const { type, id } = JSON.parse(text) as Message;
    if (type === 'connection_init') this.#say([{ type: 'connection_ack' }]);
    if (type !== 'subscribe' || !id) return;
    FakeSocket.asked.push({ at: Date.now(), id });
    this.#say(FakeSocket.answer(id, FakeSocket.asked.length));
  }

  close(code = 1000, reason = ''): void {
    if (this.readyState === FakeSocket.CLOSED) return;
    this.readyState = FakeSocket.CLOSED;
    this.onclose?.({ code, reason, wasClean: true });
  }

  #say(messages: Message[]): void {
    for (const message of messages) {
      queueMicrotask(() => this.onmessage?.({ data: JSON.stringify(message) }));
    }
  }
}

const tooMany = (retryAfterSeconds: number) => ({
  message: 'Too many requests.',
  extensions: { code: 'RATE_LIMITED', retryAfterSeconds },
});
const data = (id: string): Message => ({ type: 'next', id, payload: { data: { name: 'Ada' } } });
const complete = (id: string): Message => ({ type: 'complete', id });
/** How a subscription is refused that was understood, and one that was not looked at. */
const refusals: Record<string, (id: string, error: object) => Message[]> = {
  'as its answer': (id, error) => [
    { type: 'next', id, payload: { errors: [error] } },
    complete(id),
  ],
  'by an error message': (id, error) => [{ type: 'error', id, payload: [error] }],
};

let connection: Pick<ConnectionState, 'socket' | 'waiting' | 'signedOut'>;
let live: LiveSocket;
let heard: unknown[];
let failures: ApiFailure[];

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', FakeSocket);
  vi.stubGlobal('addEventListener', () => {});
  vi.stubGlobal('navigator', { onLine: true });
  FakeSocket.asked = [];
  connection = { socket: 'idle', waiting: 0, signedOut: false };
  live = new LiveSocket('ws://localhost/graphql', connection as ConnectionState, {});
  heard = [];
  failures = [];
});
afterEach(() => {
  live.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function subscribe(): () => void {
  return live.subscribe(
    'subscription { customerBilling { name } }' as never,
    {},
    { onData: (given) => heard.push(given), onFailure: (failure) => failures.push(failure) },
  );
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const pauses = () =>
  FakeSocket.asked.slice(1).map(({ at }, index) => at - FakeSocket.asked[index]!.at);

describe('a subscription that is refused for too many requests', () => {
  it.each(Object.entries(refusals))(
    '%s is asked for again when the server says, and says so until then',
    async (_how, refuse) => {
      FakeSocket.answer = (id, asked) => (asked === 1 ? refuse(id, tooMany(20)) : [data(id)]);
      subscribe();
      await pass(100);
      expect(connection).toMatchObject({ socket: 'live', waiting: 1 });
      await pass(19_000);
      expect(FakeSocket.asked).toHaveLength(1);
      // Without anything else to carry, the socket was closed meanwhile; it still waits.
      expect(connection).toMatchObject({ socket: 'idle', waiting: 1 });
      await pass(6_500);
      expect(heard).toEqual([{ name: 'Ada' }]);
      expect(connection).toMatchObject({ socket: 'live', waiting: 0 });
      // It is no failure of the page's.
      expect(failures).toEqual([]);
      expect(pauses()[0]).toBeGreaterThanOrEqual(20_000);
    },
  );

  it('does not come back at the same moment as everybody else', async () => {
    const all = [];
    for (let visitor = 0; visitor < 5; visitor += 1) {
      FakeSocket.asked = [];
      FakeSocket.answer = (id, asked) =>
        asked === 1 ? refusals['as its answer']!(id, tooMany(20)) : [data(id)];
      const stop = subscribe();
      await pass(30_000);
      stop();
      all.push(pauses()[0]);
    }
    expect(new Set(all).size).toBeGreaterThan(1);
  });

  it('waits no more when the page is left', async () => {
    FakeSocket.answer = (id) => refusals['as its answer']!(id, tooMany(20));
    const stop = subscribe();
    await pass(100);
    stop();
    expect(connection.waiting).toBe(0);
    await pass(60_000);
    expect(FakeSocket.asked).toHaveLength(1);
  });
});

describe('a subscription that is refused', () => {
  it('again and again is asked for less and less often', async () => {
    const error = { message: 'Not now.', extensions: { code: 'INTERNAL' } };
    FakeSocket.answer = (id) => refusals['as its answer']!(id, error);
    subscribe();
    await pass(120_000);
    const waited = pauses();
    expect(waited[0]).toBeLessThanOrEqual(1600);
    expect(waited.slice(5).every((ms) => ms >= 14_000)).toBe(true);
    expect(failures[0]).toMatchObject({ reason: 'internal' });
  });

  it('by a server that goes down is asked for again at once, as it is after news', async () => {
    FakeSocket.answer = (id) => [data(id), complete(id)];
    subscribe();
    await pass(10_000);
    expect(Math.max(...pauses())).toBeLessThanOrEqual(1600);
    expect(connection.waiting).toBe(0);
  });
});

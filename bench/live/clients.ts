/**
 * Ten thousand browsers in one process: plain sockets that speak as little of graphql-transport-ws as
 * will do. Times are absolute, in milliseconds, and read from the clock all processes share.
 */
import WebSocket from 'ws';
import { answerParent } from '../child.ts';

export interface Listener {
  cookie: string;
  portalSlug: string;
  query: string;
}

export type ClientRequest =
  /** Resolves when each has its first message. Without listeners: to a server that only sends. */
  | { ask: 'open'; url: string; listeners: Listener[]; plain: number }
  /** Answered with when each message arrived that says `text`, once there are so many. */
  | { ask: 'arrivals'; text: string; count: number }
  /** Messages so far. */
  | { ask: 'count' }
  | { ask: 'close' };

/** Sockets opened at once. */
const openedAtOnce = 50;

const now = () => performance.timeOrigin + performance.now();

let sockets: WebSocket[] = [];
let messages: { at: number; text: string }[] = [];
let heard = 0;

function open(url: string, listener: Listener | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = listener
      ? new WebSocket(url, 'graphql-transport-ws', { headers: { cookie: listener.cookie } })
      : new WebSocket(url);
    sockets.push(socket);
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('A socket was closed.')));
    if (!listener) socket.once('open', () => resolve());
    else {
      socket.once('open', () =>
        socket.send(
          JSON.stringify({ type: 'connection_init', payload: { portal: listener.portalSlug } }),
        ),
      );
    }
    socket.on('message', (data: Buffer) => {
      const at = now();
      const text = data.toString();
      if (!listener) return void messages.push({ at, text });
      if (text.includes('"connection_ack"')) {
        socket.send(
          JSON.stringify({ id: '1', type: 'subscribe', payload: { query: listener.query } }),
        );
      } else if (text.includes('"next"')) {
        if (text.includes('"errors"')) reject(new Error(text));
        messages.push({ at, text });
        heard += 1;
        resolve();
      } else if (text.includes('"error"')) reject(new Error(text));
    });
  });
}

async function openAll(requests: readonly (() => Promise<void>)[]): Promise<void> {
  const waiting = requests.values();
  const inTurn = async () => {
    for (const request of waiting) await request();
  };
  await Promise.all(Array.from({ length: openedAtOnce }, inTurn));
}

answerParent(async (request: ClientRequest) => {
  switch (request.ask) {
    case 'open': {
      const { url, listeners, plain } = request;
      messages = [];
      await openAll([
        ...listeners.map((listener) => () => open(url, listener)),
        ...Array.from({ length: plain }, () => () => open(url, null)),
      ]);
      return null;
    }
    case 'arrivals': {
      const told = () => messages.filter(({ text }) => text.includes(request.text));
      while (told().length < request.count) await new Promise((resolve) => setTimeout(resolve, 20));
      const arrivals = told().map(({ at }) => at);
      messages = [];
      return arrivals;
    }
    case 'count':
      return heard;
    case 'close': {
      const closing = sockets;
      sockets = [];
      for (const socket of closing) {
        socket.removeAllListeners('close');
        socket.terminate();
      }
      return null;
    }
  }
});

import { createClient, type Client as SocketClient } from 'graphql-ws';
import type { Document } from './client.ts';
import type { ConnectionState } from './connection.svelte.ts';
import { hashOf, persistedQuery, unknownDocument } from './document-hash.ts';
import { ApiFailure, failureFromErrors } from './failure.ts';

/** Close codes with which the API ends a socket whose session is over. */
const signedOutCodes = [4401, 4403];
const pingEveryMs = 12_000;
const pongWithinMs = 5_000;

export type LiveHandlers<Result> = {
  onData: (data: Result) => void;
  /** The subscription was refused or ended by an error; it is not resumed. */
  onFailure?: (failure: ApiFailure) => void;
};

/**
 * Subscriptions over one lazy socket. A lost socket is reopened for as long as
 * anything is subscribed, with growing, jittered pauses, and every subscription
 * is made again; its first message is the current state, so nothing is missed.
 */
export class LiveSocket {
  #client: SocketClient | undefined;
  #url: string;
  #connection: ConnectionState;
  #hello: Record<string, string>;
  #closing = new AbortController();

  /** @param hello sent when the socket opens: language, and the portal it speaks for */
  constructor(url: string, connection: ConnectionState, hello: Record<string, string>) {
    this.#url = url;
    this.#connection = connection;
    this.#hello = hello;
  }

  /** @returns a function that ends the subscription */
  subscribe<Result, Variables>(
    document: Document<Result, Variables>,
    variables: Variables,
    { onData, onFailure }: LiveHandlers<Result>,
  ): () => void {
    let ended = false;
    /** Instead of the text, for as long as the server knows it. */
    let hash = hashOf(document);
    let stop = () => {};
    let again: ReturnType<typeof setTimeout> | undefined;

    const start = () => {
      this.#client ??= this.#open();
      stop = this.#client.subscribe<Result>(
        {
          query: hash ? '' : document.toString(),
          variables: variables as Record<string, unknown>,
          ...(hash && { extensions: persistedQuery(hash) }),
        },
        {
          next: ({ data, errors }) => {
            if (ended) return;
            if (data) onData(data);
            else if (errors) onFailure?.(failureFromErrors(errors));
          },
          error: (reason) => {
            if (ended) return;
            // graphql-ws gives up on some closes, an ended session among them. What is
            // still subscribed then (a portal's public face) is asked for anew, as nobody.
            if (isCloseEvent(reason)) return resume();
            if (hash && isUnknownDocument(reason)) {
              hash = undefined;
              return start();
            }
            ended = true;
            onFailure?.(
              Array.isArray(reason)
                ? failureFromErrors(reason)
                : new ApiFailure('unreachable', String(reason)),
            );
          },
          // A server that goes down in good order completes its subscriptions first.
          complete: () => {
            if (!ended) resume();
          },
        },
      );
    };
    const resume = () => {
      again = setTimeout(start, 500 + Math.random() * 1000);
    };

    start();
    return () => {
      ended = true;
      clearTimeout(again);
      stop();
    };
  }

  /** Reconnects, so that the socket speaks for whoever is signed in now. */
  restart(): void {
    this.#connection.signedOut = false;
    this.#client?.terminate();
  }

  close(): void {
    this.#closing.abort();
    void this.#client?.dispose();
    this.#client = undefined;
  }

  #open(): SocketClient {
    const connection = this.#connection;
    let socket: WebSocket | undefined;
    let pongOverdue: ReturnType<typeof setTimeout> | undefined;
    let wake: (() => void) | undefined;
    const { signal } = this.#closing;
    addEventListener('online', () => wake?.(), { signal });
    addEventListener('offline', () => socket?.close(4499, 'Offline'), { signal });

    return createClient({
      url: this.#url,
      connectionParams: this.#hello,
      lazy: true,
      lazyCloseTimeout: 3_000,
      retryAttempts: Number.POSITIVE_INFINITY,
      shouldRetry: () => true,
      retryWait: async (retries) => {
        const pause = Math.min(500 * 2 ** retries, 15_000) * (0.5 + Math.random() / 2);
        await new Promise<void>((resolve) => {
          wake = resolve;
          setTimeout(resolve, pause);
        });
      },
      keepAlive: pingEveryMs,
      on: {
        connecting: (isRetry) => (connection.status = isRetry ? 'reconnecting' : 'connecting'),
        opened: (opened) => (socket = opened as WebSocket),
        connected: () => (connection.status = 'live'),
        ping: (received) => {
          if (received) return;
          pongOverdue = setTimeout(() => socket?.close(4408, 'No pong'), pongWithinMs);
        },
        pong: (received) => {
          if (received) clearTimeout(pongOverdue);
        },
        closed: (event) => {
          clearTimeout(pongOverdue);
          const code = isCloseEvent(event) ? event.code : 0;
          if (signedOutCodes.includes(code)) connection.signedOut = true;
          connection.status =
            code === 1000 ? 'idle' : navigator.onLine ? 'reconnecting' : 'offline';
        },
      },
    });
  }
}

function isUnknownDocument(reason: unknown): boolean {
  return (
    Array.isArray(reason) && reason.some(({ extensions }) => extensions?.code === unknownDocument)
  );
}

function isCloseEvent(value: unknown): value is CloseEvent {
  return typeof value === 'object' && value !== null && 'code' in value && 'reason' in value;
}

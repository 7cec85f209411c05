import { createClient, type Client as SocketClient } from 'graphql-ws';
import type { Document } from './client.ts';
import type { ConnectionState } from './connection.svelte.ts';
import { hashOf, persistedQuery, unknownDocument } from './document-hash.ts';
import { ApiFailure, failureFromErrors } from './failure.ts';
import { pauseBeforeAsking } from './pause.ts';

/** Close codes with which the API ends a socket whose session is over. */
const signedOutCodes = [4401, 4403];
const pingEveryMs = 12_000;
const pongWithinMs = 5_000;

export type LiveHandlers<Result> = {
  onData: (data: Result) => void;
  /**
   * The subscription was refused or ended by an error. It is not told of too many requests: then the
   * connection's state is `waiting`, until the subscription is made after all.
   */
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
    /** Since the last message with data. */
    let attempts = 0;
    let waits = false;

    const wait = (isWaiting: boolean) => {
      if (waits !== isWaiting) this.#connection.waiting += isWaiting ? 1 : -1;
      waits = isWaiting;
    };
    const resume = (failure?: ApiFailure) => {
      if (failure) wait(true);
      again = setTimeout(start, pauseBeforeAsking(attempts, failure?.retryAfterSeconds));
      attempts += 1;
    };
    const start = () => {
      this.#client ??= this.#open();
      /** Why nothing came of it; the server completes what it refuses. */
      let refusal: ApiFailure | undefined;
      stop = this.#client.subscribe<Result>(
        {
          query: hash ? '' : document.toString(),
          variables: variables as Record<string, unknown>,
          ...(hash && { extensions: persistedQuery(hash) }),
        },
        {
          next: ({ data, errors }) => {
            if (ended) return;
            if (data) {
              attempts = 0;
              wait(false);
              onData(data);
            } else if (errors) {
              refusal = failureFromErrors(errors);
              if (refusal.reason !== 'rate-limited') onFailure?.(refusal);
            }
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
            const failure = Array.isArray(reason)
              ? failureFromErrors(reason)
              : new ApiFailure('unreachable', String(reason));
            if (failure.reason === 'rate-limited') return resume(failure);
            ended = true;
            wait(false);
            onFailure?.(failure);
          },
          // A server that goes down in good order completes its subscriptions first.
          complete: () => {
            if (!ended) resume(refusal);
          },
        },
      );
    };

    start();
    return () => {
      ended = true;
      clearTimeout(again);
      wait(false);
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
        connecting: (isRetry) => (connection.socket = isRetry ? 'reconnecting' : 'connecting'),
        opened: (opened) => (socket = opened as WebSocket),
        connected: () => (connection.socket = 'live'),
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
          connection.socket =
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

/** A client of the API as programs and browsers have one: HTTP, WebSocket and SSE. */
import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';

import { cleanUp } from './clean-up.ts';

// What a test reads out of an answer is for the test to say.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Data = any;

export interface Answer {
  status: number;
  headers: Headers;
  data: Data;
  errors: { message: string; path?: (string | number)[]; extensions: Record<string, Data> }[];
}

/** The messages of a live subscription, one by one. */
export interface Live {
  /** @throws when none comes in time (5 s), or the subscription ended. */
  next(): Promise<Pick<Answer, 'data' | 'errors'>>;
  /** Messages until one fits; the one that fits. */
  until(fits: (data: Data) => boolean): Promise<Data>;
  /** Resolves with the close code when the socket is closed; null when the subscription ended. */
  ended: Promise<number | null>;
  close(): void;
}

export interface GraphqlClient {
  /** Of the API, without a path. */
  url: string;
  /** What its WebSocket says when it connects. */
  connectionParams: Record<string, string>;
  /** Headers of every request, a session's cookie among them. */
  headers: Record<string, string>;
  request(query: string, variables?: object, headers?: Record<string, string>): Promise<Answer>;
  /** The data. @throws when there are errors. */
  data(query: string, variables?: object): Promise<Data>;
  /** Over WebSocket. */
  live(query: string, variables?: object): Live;
  /** Over Server-Sent Events. */
  liveSse(query: string, variables?: object): Live;
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

export interface ClientOptions {
  headers?: Record<string, string>;
  /** What the WebSocket says when it connects. */
  connectionParams?: Record<string, string>;
}

const patienceMs = 5000;

export function graphqlClient(url: string, options: ClientOptions = {}): GraphqlClient {
  const headers = { ...options.headers };

  const post = (query: string, variables: object, more: Record<string, string>) =>
    fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers, ...more },
      body: JSON.stringify({ query, variables }),
    });

  async function request(
    query: string,
    variables: object = {},
    more: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await post(query, variables, more);
    const text = await response.text();
    const body = text.startsWith('{') ? (JSON.parse(text) as Partial<Answer>) : {};
    return {
      status: response.status,
      headers: response.headers,
      data: body.data ?? null,
      errors: body.errors ?? [],
    };
  }

  return {
    url,
    connectionParams: options.connectionParams ?? {},
    headers,
    request,
    async data(query, variables) {
      const { data, errors, status } = await request(query, variables);
      if (errors.length > 0) throw new Error(JSON.stringify(errors));
      if (status !== 200) throw new Error(`status ${status}`);
      return data;
    },
    fetch: (path, init = {}) =>
      fetch(`${url}${path}`, {
        redirect: 'manual',
        ...init,
        headers: { ...headers, ...(init.headers as Record<string, string>) },
      }),

    live(query, variables = {}) {
      let closed: (code: number | null) => void;
      const ended = new Promise<number | null>((resolve) => (closed = resolve));
      class Socket extends WebSocket {
        constructor(address: string, protocol: string) {
          super(address, protocol, { headers: { ...headers, origin: url } });
          this.on('close', (code) => closed(code));
        }
      }
      const client: Client = createClient({
        url: `${url.replace('http', 'ws')}/graphql`,
        webSocketImpl: Socket,
        retryAttempts: 0,
        connectionParams: options.connectionParams,
        onNonLazyError: () => {},
      });
      const messages = client.iterate({ query, variables: variables as Record<string, unknown> });
      return liveFrom(
        messages as AsyncIterableIterator<Pick<Answer, 'data' | 'errors'>>,
        ended,
        () => void client.dispose(),
      );
    },

    liveSse(query, variables = {}) {
      const abort = new AbortController();
      let closed: (code: number | null) => void;
      const ended = new Promise<number | null>((resolve) => (closed = resolve));
      async function* messages(): AsyncGenerator<Pick<Answer, 'data' | 'errors'>> {
        const response = await fetch(`${url}/graphql`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            accept: 'text/event-stream',
            ...headers,
          },
          body: JSON.stringify({ query, variables }),
          signal: abort.signal,
        });
        let text = '';
        for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
          text += chunk;
          for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
            const event = text.slice(0, end);
            text = text.slice(end + 2);
            const data = /^data: (.+)$/m.exec(event)?.[1];
            if (data && event.includes('event: next')) yield JSON.parse(data);
          }
        }
        closed(null);
      }
      return liveFrom(messages(), ended, () => abort.abort());
    },
  };
}

function liveFrom(
  messages: AsyncIterableIterator<Pick<Answer, 'data' | 'errors'>>,
  ended: Promise<number | null>,
  close: () => void,
): Live {
  cleanUp(async () => close());
  async function next() {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error('No message came')), patienceMs);
    });
    try {
      const { value, done } = await Promise.race([messages.next(), late]);
      if (done) throw new Error('The subscription has ended');
      return { data: value.data ?? null, errors: value.errors ?? [] };
    } finally {
      clearTimeout(timer);
    }
  }
  return {
    next,
    async until(fits) {
      for (;;) {
        const { data } = await next();
        if (fits(data)) return data;
      }
    },
    ended,
    close,
  };
}

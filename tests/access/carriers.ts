/** The ways an operation can go to the API, for one viewer. */
import type { Answer, GraphqlClient } from '../testkit/graphql-client.ts';
import { rawSocket } from '../testkit/raw-socket.ts';

export type Outcome = Pick<Answer, 'data' | 'errors'>;

export interface Carrier {
  name: string;
  /** Runs a query or mutation. */
  ask(query: string, variables?: object): Promise<Outcome>;
  /** The first message of a live subscription. */
  watch(query: string, variables?: object): Promise<Outcome>;
  close(): void;
}

export function overHttp(client: GraphqlClient): Carrier {
  return {
    name: 'HTTP',
    ask: (query, variables) => client.request(query, variables),
    watch: (query, variables) => firstOf(client.liveSse(query, variables)),
    close: () => {},
  };
}

export function overStreams(client: GraphqlClient): Carrier {
  const ask: Carrier['ask'] = (query, variables) => firstOf(client.liveSse(query, variables));
  return { name: 'Server-Sent Events', ask, watch: ask, close: () => {} };
}

/** Everything on one socket. */
export async function overSocket(client: GraphqlClient): Promise<Carrier> {
  const socket = await rawSocket(client.url, {
    headers: { ...client.headers, origin: client.url },
  });
  await socket.init(client.connectionParams);
  let count = 0;
  const ask: Carrier['ask'] = async (query, variables = {}) => {
    count += 1;
    const id = String(count);
    socket.say({ type: 'subscribe', id, payload: { query, variables } });
    const message = await socket.first(({ id: about }) => about === id);
    socket.say({ type: 'complete', id });
    const { payload, type } = message;
    return type === 'error'
      ? { data: null, errors: payload }
      : { data: payload.data ?? null, errors: payload.errors ?? [] };
  };
  return { name: 'WebSocket', ask, watch: ask, close: () => socket.close() };
}

async function firstOf(live: ReturnType<GraphqlClient['live']>): Promise<Outcome> {
  const first = await live.next();
  live.close();
  return first;
}

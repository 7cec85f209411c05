import type { Api } from './api-context.ts';
import { createApiClient } from './client.ts';
import { ConnectionState } from './connection.svelte.ts';
import { LiveSocket } from './live.ts';

/** Made once, by the root layout. While rendering on the server it only stands by. */
export function createBrowserApi(origin: string): Api {
  const connection = new ConnectionState();
  return {
    ...createApiClient({ url: `${origin}/graphql`, fetch: (...args) => fetch(...args) }),
    live: new LiveSocket(`${origin.replace(/^http/, 'ws')}/graphql`, connection),
    connection,
  };
}

import { createContext } from 'svelte';
import type { ApiClient } from './client.ts';
import type { ConnectionState } from './connection.svelte.ts';
import type { LiveSocket } from './live.ts';

/**
 * The API as components know it. Held in context, never in a module: on the
 * server one module serves every user at once.
 */
export type Api = ApiClient & {
  live: LiveSocket;
  connection: ConnectionState;
};

export const [getApi, setApi] = createContext<Api>();

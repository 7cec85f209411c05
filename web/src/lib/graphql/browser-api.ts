import { getLocale } from '#lib/paraglide/runtime.js';
import type { Api } from './api-context.ts';
import { createApiClient } from './client.ts';
import { ConnectionState } from './connection.svelte.ts';
import { ApiFailure } from './failure.ts';
import { LiveSocket } from './live.ts';

/**
 * Made once per face, by its outermost layout. While rendering on the server it only stands by.
 *
 * @param portal slug of the portal these pages belong to. One browser may be signed in to the
 *   console and to several portals at once; the API has to know for whom a page asks.
 */
export function createBrowserApi(origin: string, portal?: string): Api {
  const connection = new ConnectionState();
  const locale = getLocale();
  const client = createApiClient({
    url: `${origin}/graphql`,
    fetch: (...args) => fetch(...args),
    headers: { 'accept-language': locale, ...(portal && { 'x-portal': portal }) },
  });
  /** A refused session shows in every request, not only on the socket. */
  async function noticing<Result>(answer: Promise<Result>): Promise<Result> {
    try {
      return await answer;
    } catch (failure) {
      if (failure instanceof ApiFailure && failure.reason === 'unauthenticated') {
        connection.signedOut = true;
      }
      throw failure;
    }
  }
  return {
    query: (...args) => noticing(client.query(...args)),
    mutate: (...args) => noticing(client.mutate(...args)),
    live: new LiveSocket(`${origin.replace(/^http/, 'ws')}/graphql`, connection, {
      locale,
      ...(portal && { portal }),
    }),
    connection,
  };
}

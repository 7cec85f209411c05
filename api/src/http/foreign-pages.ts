/** Pages of other sites may not ask with a visitor's cookies, and may not find out what is answered. */
import { useCSRFPrevention } from '@graphql-yoga/plugin-csrf-prevention';
import type { Plugin } from 'graphql-yoga';
import { refuse } from './http-errors.ts';
import { sameOrigin } from './origin.ts';

/** @param publicUrl the installation's address. */
export function refuseForeignPages(publicUrl: string): Plugin {
  // A browser asks before it lets another site's page send one of these.
  const { onRequestParse } = useCSRFPrevention({
    requestHeaders: ['x-graphql-yoga-csrf', 'authorization'],
  }) as Required<Pick<Plugin, 'onRequestParse'>>;
  return {
    onRequest({ request, endResponse }) {
      const { headers, method } = request;
      if (headers.has('authorization')) return;
      if (sameOrigin(headers, publicUrl) && !(method === 'GET' && fromForeignPage(headers))) return;
      endResponse(
        refuse(403, 'FOREIGN_ORIGIN', 'Requests from pages of other origins need an API key.'),
      );
    },
    onRequestParse(payload) {
      // GET only reads, and no other site may read its answer.
      return payload.request.method === 'GET' ? undefined : onRequestParse(payload);
    },
  };
}

/** Browsers say so themselves, also where they send no Origin. Programs say nothing. */
function fromForeignPage(headers: Headers): boolean {
  const site = headers.get('sec-fetch-site');
  // A link on another site that leads to the explorer is one.
  if (headers.get('sec-fetch-mode') === 'navigate') return false;
  return site !== null && site !== 'same-origin' && site !== 'none';
}

import { redirect } from '@sveltejs/kit';
import { sequence, type Handle, type HandleServerError } from '@sveltejs/kit/hooks';
import { localeCookie, localeInUrl, localeOfRequest } from '#lib/i18n/locale.ts';
import { createApiClient } from '#lib/graphql/client.ts';
import { defineCustomServerStrategy } from '#lib/paraglide/runtime.js';
import { paraglideMiddleware } from '#lib/paraglide/server.js';
import { parseTheme, themeCookie } from '#lib/theme/theme.ts';

defineCustomServerStrategy('custom-request', {
  getLocale: (request) => (request ? localeOfRequest(request) : undefined),
});

const oneYear = 31_536_000;

/** `?locale=de`, from a mail or the language switch: remembered, then gone from the address. */
const rememberLocale: Handle = ({ event, resolve }) => {
  const asked = localeInUrl(event.url);
  if (!asked || event.request.method !== 'GET' || event.isDataRequest) return resolve(event);
  event.cookies.set(localeCookie, asked, {
    path: '/',
    maxAge: oneYear,
    sameSite: 'lax',
    httpOnly: false,
  });
  const rest = new URL(event.url);
  rest.searchParams.delete('locale');
  redirect(303, rest.pathname + rest.search);
};

/** Decides language and theme, and gives the page the API as this visitor. */
const prepare: Handle = ({ event, resolve }) =>
  paraglideMiddleware(event.request, ({ locale }) => {
    event.locals.locale = locale;
    event.locals.theme = parseTheme(event.cookies.get(themeCookie));
    event.locals.requestId = event.request.headers.get('x-request-id') ?? crypto.randomUUID();
    const portal = event.route.id?.startsWith('/p/[merchant]')
      ? event.params['merchant']
      : undefined;
    event.locals.api = createApiClient({
      url: new URL('/graphql', process.env['API_URL'] ?? event.url).href,
      fetch: apiFetch,
      headers: {
        cookie: event.request.headers.get('cookie') ?? '',
        'accept-language': locale,
        'x-request-id': event.locals.requestId,
        ...(portal !== undefined && { 'x-portal': portal }),
      },
    });
    return resolve(event, {
      transformPageChunk: ({ html }) =>
        html.replace('%lang%', locale).replace('%theme%', event.locals.theme),
    });
  });

/** In-process where the API runs in this process, else over the network (`vite dev`). */
const apiFetch: typeof fetch = async (input, init) => {
  const request = new Request(input, init);
  return globalThis.__fourGeeksApi?.fetch(request) ?? fetch(request);
};

const securityHeaders: Handle = async ({ event, resolve }) => {
  const response = await resolve(event);
  const { headers } = response;
  headers.set('x-content-type-options', 'nosniff');
  headers.set('x-frame-options', 'DENY');
  // Sign-in tokens stand in addresses: no other site is told where a visitor came from.
  headers.set('referrer-policy', 'same-origin');
  headers.set('permissions-policy', 'camera=(), microphone=(), geolocation=()');
  headers.set('cross-origin-opener-policy', 'same-origin');
  headers.set('x-request-id', event.locals.requestId ?? '');
  // Every page depends on who asks and in which language.
  if (headers.get('content-type')?.startsWith('text/html')) {
    headers.set('cache-control', 'private, no-store');
    headers.append('vary', 'cookie, accept-language');
  }
  return response;
};

export const handle = sequence(securityHeaders, rememberLocale, prepare);

export const handleError: HandleServerError = ({ error, event, kind }) => {
  const requestId = event.locals.requestId;
  if (kind === 'unknown') {
    console.error(
      JSON.stringify({
        level: 'error',
        msg: 'page failed',
        requestId,
        route: event.route.id,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
    );
  }
  return requestId ? { requestId } : {};
};

/**
 * Everything on one port: the API, the gateway's sandbox, the mailbox, and the pages. Each answer
 * carries the request's id.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServerAdapter } from '@whatwg-node/server';
import type { Logger } from 'pino';
import { newRequestId, withRequestId } from '../request-id.ts';
import { clientAddressOf } from './node-request.ts';
import { clientAddressHeader } from './staff-auth.ts';

/** A request with what the server knows of it. */
export interface IncomingRequest {
  request: Request;
  url: URL;
  requestId: string;
  clientAddress: string;
}

export type Route = (incoming: IncomingRequest) => Promise<Response> | Response;

/** node's own shape, as SvelteKit's handler has it. */
export type Pages = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

export interface ServerOptions {
  /** By first path segment: `graphql` answers /graphql and /graphql/... */
  routes: Readonly<Record<string, Route>>;
  /** Whatever no route takes. */
  pages: Pages;
  trustProxy: boolean;
  publicUrl: string;
  /** A client that takes nothing of a stream that waits to be read is let go after so long. */
  stalledMs: number;
  log: Logger;
}

const mostBodyBytes = 1024 * 1024;
/** In GraphQL's shape, because that is what reads bodies; other clients go by the status. */
const bodyRefusals = {
  411: refusedBody('LENGTH_REQUIRED', 'Say how long the body is: send Content-Length.'),
  413: refusedBody('PAYLOAD_TOO_LARGE', `A request has at most ${mostBodyBytes} bytes.`),
};
/** nginx's status for a client that has gone: nobody reads it, but the log counts it. */
const clientClosedRequest = 499;

export function createHttpServer(options: ServerOptions): Server {
  const { routes, pages, trustProxy, publicUrl, stalledMs } = options;
  const log = options.log.child({ part: 'http' });

  // Own ones only: an object also has `toString`.
  const routeOf = (path: string) => {
    const segment = firstSegment(path);
    return Object.hasOwn(routes, segment) ? routes[segment] : undefined;
  };

  const adapter = createServerAdapter<{ req: IncomingMessage; requestId: string }>(
    async (request, { req, requestId }) => {
      const url = new URL(request.url);
      const route = routeOf(url.pathname);
      if (!route) return new Response('Not found', { status: 404 });
      try {
        const response = await route({
          request,
          url,
          requestId,
          clientAddress: clientAddressOf(req, trustProxy),
        });
        if (response.headers.get('content-type')?.startsWith('text/event-stream')) {
          // The adapter switches the timeout off as it begins to send, which is before this.
          setImmediate(() => req.socket.setTimeout(stalledMs));
        }
        return response;
      } catch (error) {
        if (request.signal.aborted) {
          log.debug({ path: url.pathname }, 'request given up by its client');
          return new Response(null, { status: clientClosedRequest });
        }
        log.error({ err: error, path: url.pathname }, 'request failed');
        return Response.json({ error: 'INTERNAL', requestId }, { status: 500 });
      }
    },
  );

  const server = createServer((request, response) => {
    const requestId = newRequestId(String(request.headers['x-request-id'] ?? ''));
    const startedAt = performance.now();
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    request.headers['x-request-id'] = requestId;
    request.headers[clientAddressHeader] = clientAddressOf(request, trustProxy);
    // SvelteKit's handler asks this header for the protocol; only a proxy of ours may say.
    if (!trustProxy || !request.headers['x-forwarded-proto']) {
      request.headers['x-forwarded-proto'] = publicUrl.startsWith('https:') ? 'https' : 'http';
    }
    response.setHeader('x-request-id', requestId);
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('referrer-policy', 'strict-origin-when-cross-origin');
    // The mailbox shows its mails in frames; pages say DENY.
    response.setHeader('x-frame-options', 'SAMEORIGIN');
    if (publicUrl.startsWith('https:')) {
      response.setHeader('strict-transport-security', 'max-age=31536000');
    }
    withRequestId(requestId, () => {
      response.on('close', () =>
        log.debug({
          method: request.method,
          // Without the query: it may carry what is nobody's business.
          path,
          status: response.statusCode,
          ms: Math.round(performance.now() - startedAt),
        }),
      );
      if (!routeOf(path)) {
        pages(request, response, () => {
          response.statusCode = 404;
          response.end('Not found');
        });
        return;
      }
      const refusal = refuseHost(request) ?? refuseBody(request);
      if (refusal) {
        response.writeHead(refusal, {
          connection: 'close',
          ...(refusal !== 400 && { 'content-type': 'application/json; charset=utf-8' }),
        });
        response.end(refusal === 400 ? undefined : JSON.stringify(bodyRefusals[refusal]));
        return;
      }
      void adapter(request, response, { req: request, requestId });
    });
  });
  server.requestTimeout = 30_000;
  server.headersTimeout = 15_000;
  return server;
}

function refusedBody(code: string, message: string) {
  return { errors: [{ message, extensions: { code } }] };
}

function firstSegment(path: string): string {
  return path.split('/', 2)[1] ?? '';
}

/** @returns the status that refuses a Host that no address can be made of. */
function refuseHost({ headers }: IncomingMessage): 400 | null {
  return URL.canParse(`http://${headers.host || 'localhost'}`) ? null : 400;
}

/** @returns the status that refuses a body that is too large or does not say how large it is. */
function refuseBody({ method, headers }: IncomingMessage): 411 | 413 | null {
  if (method === 'GET' || method === 'HEAD') return null;
  if (headers['transfer-encoding']) return 411;
  return Number(headers['content-length'] ?? 0) > mostBodyBytes ? 413 : null;
}

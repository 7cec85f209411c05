/**
 * `/graphql` over WebSocket (graphql-transport-ws). Runs operations through Yoga's own pipeline, so
 * that what holds over HTTP holds here.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { toClientError } from '@4geeks/schema';
import { anonymous, nameOfViewer } from '@4geeks/billing/access/viewer';
import { type ExecutionArgs, GraphQLError, type parse } from 'graphql';
import { handleProtocols, makeServer, type Context as Connection } from 'graphql-ws';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';
import { newRequestId, withRequestId } from '../request-id.ts';
import { createContext, localeOf, type HttpPort } from './context.ts';
import type { Yoga } from './graphql.ts';
import { textOf, type KnownDocuments } from './known-documents.ts';
import { countRequest } from './operation-limits.ts';
import { serveGraphqlSocket } from './graphql-socket.ts';
import { headersOf, ownHeadersOf } from './node-request.ts';
import { sameOrigin } from './origin.ts';
import { SessionWatch } from './session-watch.ts';
import { credentialsOf, resolveViewer, type Credentials } from './viewer.ts';

/** The client is signed out: it asks to sign in again instead of connecting again. */
const sessionEndedCode = 4401;
/** RFC 6455's registry: try again later. */
const tooManyCode = 1013;
const mostPayloadBytes = 1024 * 1024;
/** At once, on one socket. A page of ours has three. */
const mostOperations = 50;
const pingEveryMs = 12_000;
/** For what is subscribed to say that the session has ended; then the socket is closed anyway. */
const lastWordsMs = 1000;
/** For clients to answer that the server goes down. */
const farewellMs = 2000;

export interface WebSocketOptions extends HttpPort {
  yoga: Yoga;
  log: Logger;
  publicUrl: string;
  documents: KnownDocuments;
  /** How long a client may take to say who it is. */
  initMs: number;
  clientAddressOf(request: IncomingMessage): string;
}

interface Extra {
  socket: WebSocket;
  headers: Headers;
  clientAddress: string;
  session?: SessionWatch;
}

/** @returns closes every socket with "going away" and takes no new ones. */
export function serveWebSockets(server: Server, options: WebSocketOptions): () => Promise<void> {
  const { yoga, publicUrl, liveLimits } = options;
  const log = options.log.child({ part: 'websocket' });
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: mostPayloadBytes,
    handleProtocols: (protocols) => handleProtocols(protocols),
  });

  const graphql = makeServer<Record<string, unknown>, Extra>({
    connectionInitWaitTimeout: options.initMs,
    async onConnect(connection) {
      const { socket } = connection.extra;
      const credentials = credentialsIn(connection);
      const viewer = await resolveViewer(options, credentials);
      const name = nameOfViewer(viewer);
      const release = name === null ? () => {} : liveLimits.open('socketsPerViewer', name);
      if (!release) return void socket.close(tooManyCode, 'Too many connections');
      const session = (connection.extra.session = new SessionWatch(options, credentials));
      const stop = session.listen(viewer, (news) => {
        if (news !== 'ended') return;
        const close = () => socket.close(sessionEndedCode, 'Session ended');
        if (Object.keys(connection.subscriptions).length === 0) close();
        else setTimeout(close, lastWordsMs).unref();
      });
      const end = () => {
        release();
        stop();
      };
      if (socket.readyState === socket.OPEN) socket.once('close', end);
      else end();
    },
    async onSubscribe(connection, _id, payload) {
      if (Object.keys(connection.subscriptions).length > mostOperations) {
        return [
          new GraphQLError(`At most ${mostOperations} operations at once on one socket.`, {
            extensions: { code: 'TOO_MANY_LIVE_SUBSCRIPTIONS', limit: mostOperations },
          }),
        ];
      }
      const enveloped = yoga.getEnveloped({});
      let document;
      try {
        await countRequest(options.rateLimits, connection.extra.clientAddress);
        document = (enveloped.parse as typeof parse)(textOf(options.documents, payload));
      } catch (error) {
        // An error message for this operation; the others on the socket go on.
        return [error instanceof GraphQLError ? error : new GraphQLError('The query has no text.')];
      }
      const faults = enveloped.validate(enveloped.schema, document) as readonly GraphQLError[];
      if (faults.length > 0) return faults;
      const requestId = newRequestId();
      try {
        return {
          schema: enveloped.schema,
          document,
          contextValue: await contextOf(connection, requestId),
          operationName: payload.operationName,
          variableValues: payload.variables,
          execute: enveloped.execute,
          subscribe: enveloped.subscribe,
        } as ExecutionArgs;
      } catch (error) {
        const report = (cause: unknown) => log.error({ err: cause, requestId }, 'no context');
        return [withoutStatus(toClientError(error, requestId, anonymous, report))];
      }
    },
    // Ours carry the functions of the pipeline they were made for.
    execute: (args) => pipeline(args).execute(args),
    subscribe: (args) => pipeline(args).subscribe(args),
  });

  function contextOf(connection: Connection<Record<string, unknown>, Extra>, requestId: string) {
    const { socket, headers, clientAddress, session } = connection.extra;
    const spoken = connection.connectionParams?.locale;
    return createContext(options, {
      credentials: credentialsIn(connection),
      requestId,
      locale: localeOf(typeof spoken === 'string' ? spoken : headers.get('accept-language')),
      clientAddress,
      ...(session && { session }),
      setCookie: () => {},
      onRateLimited: () => {},
      signal: null,
      onSessionEnded: () => socket.close(sessionEndedCode, 'Session ended'),
    });
  }

  const onSocketError = (error: Error) => log.debug({ err: error }, 'socket failed');

  function accept(socket: WebSocket, request: IncomingMessage, clientAddress: string): void {
    socket.on('error', onSocketError);
    const extra: Extra = { socket, headers: ownHeadersOf(request), clientAddress };
    serveGraphqlSocket(graphql, socket, extra, { log, pingEveryMs });
  }

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Nobody else listens yet, and a client that hangs up on us must not end the process. Made
    // outside, because a function made here would keep the request for as long as the socket lives.
    socket.on('error', onSocketError);
    const refuse = (status: string) => {
      socket.once('finish', () => socket.destroy());
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    };
    const [path] = (request.url ?? '').split('?', 1);
    if (path !== '/graphql') return refuse('404 Not Found');
    if (!sameOrigin(headersOf(request), publicUrl)) return refuse('403 Forbidden');
    const clientAddress = options.clientAddressOf(request);
    const release = liveLimits.open('socketsPerAddress', clientAddress);
    if (!release) return refuse('429 Too Many Requests');
    socket.once('close', release);
    withRequestId(newRequestId(), () =>
      sockets.handleUpgrade(request, socket, head, (accepted) =>
        accept(accepted, request, clientAddress),
      ),
    );
  };
  server.on('upgrade', onUpgrade);

  return async () => {
    server.off('upgrade', onUpgrade);
    for (const socket of sockets.clients) socket.close(1001, 'Going away');
    // Who does not answer holds nobody up.
    const patience = setTimeout(() => {
      for (const socket of sockets.clients) socket.terminate();
    }, farewellMs);
    await new Promise((resolve) => sockets.close(resolve));
    clearTimeout(patience);
  };
}

function credentialsIn({
  extra,
  connectionParams,
}: Connection<Record<string, unknown>, Extra>): Credentials {
  return credentialsOf(extra.headers, connectionParams ?? {});
}

/** A socket has no status to answer with. */
function withoutStatus(error: GraphQLError): GraphQLError {
  const { http: _http, ...extensions } = error.extensions;
  return new GraphQLError(error.message, { extensions });
}

type Pipeline = Pick<ReturnType<Yoga['getEnveloped']>, 'execute' | 'subscribe'>;

function pipeline(args: ExecutionArgs): Pipeline {
  return args as unknown as Pipeline;
}

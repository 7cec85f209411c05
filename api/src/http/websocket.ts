/**
 * `/graphql` over WebSocket (graphql-transport-ws). Runs operations through Yoga's own pipeline, so
 * that what holds over HTTP holds here.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ExecutionArgs, GraphQLError, type parse } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import type { Logger } from 'pino';
import { WebSocketServer } from 'ws';
import { newRequestId, withRequestId } from '../request-id.ts';
import { createContext, localeOf, type HttpPort } from './context.ts';
import type { Yoga } from './graphql.ts';
import { textOf, type KnownDocuments } from './known-documents.ts';
import { countRequest } from './operation-limits.ts';
import { headersOf } from './node-request.ts';
import { sameOrigin } from './origin.ts';
import { credentialsOf } from './viewer.ts';

/** The client is signed out: it asks to sign in again instead of connecting again. */
const sessionEndedCode = 4401;
const mostPayloadBytes = 1024 * 1024;
/** At once, on one socket. A page of ours has three. */
const mostOperations = 50;

export interface WebSocketOptions extends HttpPort {
  yoga: Yoga;
  log: Logger;
  publicUrl: string;
  documents: KnownDocuments;
  clientAddressOf(request: IncomingMessage): string;
}

/** @returns closes every socket with "going away" and takes no new ones. */
export function serveWebSockets(server: Server, options: WebSocketOptions): () => Promise<void> {
  const { yoga, publicUrl } = options;
  const log = options.log.child({ part: 'websocket' });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: mostPayloadBytes });

  const graphql = useServer<Record<string, unknown>>(
    {
      connectionInitWaitTimeout: 10_000,
      async onSubscribe(connection, _id, payload) {
        if (Object.keys(connection.subscriptions).length > mostOperations) {
          return [new GraphQLError(`At most ${mostOperations} operations at once on one socket.`)];
        }
        const { request, socket } = connection.extra;
        const parameters = connection.connectionParams ?? {};
        const headers = headersOf(request);
        const requestId = newRequestId();
        const locale =
          typeof parameters.locale === 'string'
            ? parameters.locale
            : headers.get('accept-language');
        const enveloped = yoga.getEnveloped({});
        let document;
        try {
          await countRequest(options.rateLimits, options.clientAddressOf(request));
          document = (enveloped.parse as typeof parse)(textOf(options.documents, payload));
        } catch (error) {
          // An error message for this operation; the others on the socket go on.
          return [
            error instanceof GraphQLError ? error : new GraphQLError('The query has no text.'),
          ];
        }
        const faults = enveloped.validate(enveloped.schema, document) as readonly GraphQLError[];
        if (faults.length > 0) return faults;
        const contextValue = await createContext(options, {
          credentials: credentialsOf(headers, parameters),
          requestId,
          locale: localeOf(locale),
          clientAddress: options.clientAddressOf(request),
          setCookie: () => {},
          onRateLimited: () => {},
          onSessionEnded: () => socket.close(sessionEndedCode, 'Session ended'),
        }).catch((error: unknown) => {
          if (error instanceof GraphQLError) return error;
          throw error;
        });
        if (contextValue instanceof GraphQLError) {
          const { code, reason } = contextValue.extensions;
          return [new GraphQLError(contextValue.message, { extensions: { code, reason } })];
        }
        return {
          schema: enveloped.schema,
          document,
          contextValue,
          operationName: payload.operationName,
          variableValues: payload.variables,
          execute: enveloped.execute,
          subscribe: enveloped.subscribe,
        } as ExecutionArgs;
      },
      // Ours carry the functions of the pipeline they were made for.
      execute: (args) => pipeline(args).execute(args),
      subscribe: (args) => pipeline(args).subscribe(args),
    },
    sockets,
    12_000,
  );

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Nobody else listens yet, and a client that hangs up on us must not end the process.
    socket.on('error', (error) => log.debug({ err: error }, 'socket failed'));
    const [path] = (request.url ?? '').split('?', 1);
    const refusal =
      path !== '/graphql'
        ? '404 Not Found'
        : sameOrigin(headersOf(request), publicUrl)
          ? null
          : '403 Forbidden';
    if (refusal) {
      socket.once('finish', () => socket.destroy());
      socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    withRequestId(newRequestId(), () =>
      sockets.handleUpgrade(request, socket, head, (accepted) => {
        accepted.on('error', (error) => log.debug({ err: error }, 'socket failed'));
        sockets.emit('connection', accepted, request);
      }),
    );
  };
  server.on('upgrade', onUpgrade);

  return async () => {
    server.off('upgrade', onUpgrade);
    await graphql.dispose();
    sockets.close();
  };
}

type Pipeline = Pick<ReturnType<Yoga['getEnveloped']>, 'execute' | 'subscribe'>;

function pipeline(args: ExecutionArgs): Pipeline {
  return args as unknown as Pipeline;
}

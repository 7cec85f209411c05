/** `/graphql` over HTTP: queries, mutations, file uploads, and live subscriptions as SSE. */
import { execute, schema, subscribeLive, toClientError } from '@4geeks/schema';
import type { DocumentNode, ExecutionResult } from 'graphql';
import { _createLRUCache, createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { Sealing } from '../sealing.ts';
import { createContext, localeOf, type HttpPort } from './context.ts';
import { documentLimits } from './document-limits.ts';
import { examplesFor, type ExplorerFacts } from './explorer-examples.ts';
import { refuseForeignPages } from './foreign-pages.ts';
import { httpErrors } from './http-errors.ts';
import { persistedDocuments, type KnownDocuments } from './known-documents.ts';
import { operationLimits, type PricedContext } from './operation-limits.ts';
import { idempotentMutations } from './idempotency.ts';
import { credentialsOf } from './viewer.ts';

/** What the server knows of a request beside the request. */
export interface ServerContext {
  requestId: string;
  clientAddress: string;
  /** Collects headers for the answer. */
  answerHeaders: Headers;
}

export type Yoga = YogaServerInstance<ServerContext, PricedContext>;

export interface GraphqlOptions extends HttpPort {
  log: Logger;
  publicUrl: string;
  /** GraphiQL at GET /graphql, with examples of what this installation knows; false: none. */
  explorer: false | ExplorerFacts;
  documents: KnownDocuments;
  /** An operation is ended after so long. */
  operationTimeoutMs: number;
  sealing: Sealing;
}

export function createGraphql(options: GraphqlOptions): Yoga {
  const log = options.log.child({ part: 'graphql' });
  return createYoga<ServerContext, PricedContext>({
    schema,
    graphqlEndpoint: '/graphql',
    landingPage: false,
    graphiql: options.explorer
      ? {
          title: '4Geeks Payments API',
          defaultTabs: examplesFor(options.explorer),
          subscriptionsProtocol: 'WS',
        }
      : false,
    // With its scripts in the page: the explorer needs no other host. Nine megabytes of text, which
    // only a process that shows the explorer loads, and when it is first shown.
    renderGraphiQL: async (explorer) =>
      (await import('@graphql-yoga/render-graphiql')).renderGraphiQL(explorer),
    // Same origin only; integrators call from servers, with a key.
    cors: false,
    batching: false,
    // The server has refused longer ones by what they say of themselves, and node holds them to it;
    // counting again would send every body through streams.
    maxRequestBodySize: false,
    logging: {
      debug: () => {},
      info: (...parts: unknown[]) => log.debug({ parts: parts.map(String) }, 'yoga'),
      warn: (...parts: unknown[]) => log.warn({ parts: parts.map(String) }, 'yoga'),
      error: (...parts: unknown[]) => log.error({ parts: parts.map(String) }, 'yoga'),
    },
    maskedErrors: false,
    // A cached document is many times its text: what strangers can make us keep is bounded.
    parserAndValidationCache: {
      documentCache: _createLRUCache<DocumentNode>({ max: 200 }),
      errorCache: _createLRUCache<Error>({ max: 50 }),
    },
    plugins: [
      refuseForeignPages(options.publicUrl),
      persistedDocuments(options.documents),
      documentLimits,
      ownExecution,
      clientErrors(log),
      operationLimits({
        rateLimits: options.rateLimits,
        isOurs: options.documents.has,
        timeoutMs: options.operationTimeoutMs,
      }),
      httpErrors,
      idempotentMutations({ billing: options.billing, sealing: options.sealing, log }),
    ],
    context: ({ request, requestId, clientAddress, answerHeaders }) =>
      createContext(options, {
        credentials: credentialsOf(request.headers),
        requestId,
        locale: localeOf(request.headers.get('accept-language')),
        clientAddress,
        setCookie: (header) => answerHeaders.append('set-cookie', header),
        onRateLimited: (seconds) => answerHeaders.set('retry-after', String(seconds)),
        onPriced: (points, allowance) => {
          answerHeaders.set('x-query-cost', String(points));
          if (!allowance) return;
          answerHeaders.set('x-ratelimit-limit', String(allowance.limit));
          answerHeaders.set('x-ratelimit-remaining', String(allowance.remaining));
          answerHeaders.set('x-ratelimit-reset', String(allowance.resetSeconds));
        },
        onSessionEnded: () => {},
        signal: request.signal,
      }),
  });
}

/** Operations run along a plan; every message of a subscription checks rights anew. */
export const ownExecution: Plugin = {
  onExecute({ setExecuteFn }) {
    setExecuteFn(execute);
  },
  onSubscribe({ setSubscribeFn }) {
    setSubscribeFn(subscribeLive);
  },
};

/** Errors as clients may read them; unknown ones are logged and masked. */
export function clientErrors(log: Logger): Plugin<PricedContext> {
  type Result = ExecutionResult | AsyncIterable<ExecutionResult>;
  function masked<Given extends Result>(
    result: Given,
    { requestId, viewer }: PricedContext,
  ): Given {
    if (Symbol.asyncIterator in result || !result.errors) return result;
    const errors = result.errors.map((error) =>
      toClientError(error, requestId, viewer, (cause) =>
        log.error({ err: cause, requestId, path: error.path }, 'resolver failed'),
      ),
    );
    return { ...result, errors };
  }
  return {
    onExecute: ({ args }) => ({
      onExecuteDone: ({ result, setResult }) => setResult(masked(result, args.contextValue)),
    }),
    onSubscribe: ({ args }) => ({
      onSubscribeResult({ result, setResult }) {
        setResult(masked(result, args.contextValue));
        return {
          onNext: (message) => message.setResult(masked(message.result, args.contextValue)),
        };
      },
    }),
  };
}

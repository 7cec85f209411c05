/** `/graphql` over HTTP: queries, mutations, file uploads, and live subscriptions as SSE. */
import { schema, subscribeLive, toClientError, type Context } from '@4geeks/schema';
import { useCSRFPrevention } from '@graphql-yoga/plugin-csrf-prevention';
import { GraphQLError, type DocumentNode, type ExecutionResult, type ParseOptions } from 'graphql';
import { _createLRUCache, createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import type { Logger } from 'pino';
import { createContext, localeOf, type HttpPort } from './context.ts';
import { sameOrigin } from './origin.ts';
import { credentialsOf } from './viewer.ts';

/** What the server knows of a request beside the request. */
export interface ServerContext {
  requestId: string;
  clientAddress: string;
  /** Collects headers for the answer. */
  answerHeaders: Headers;
}

export type Yoga = YogaServerInstance<ServerContext, Context>;

export interface GraphqlOptions extends HttpPort {
  log: Logger;
  publicUrl: string;
  /** GraphiQL at GET /graphql. */
  explorer: boolean;
}

const explorerExample = `# The customer whose renewal failed, as staff see it. Sign in to the console first.
query PastDue {
  customers(first: 5, billingStatus: PAST_DUE) {
    edges {
      node {
        name
        amountPastDue { amountMinor currency }
        pastDueInvoices { number latestPayment { declineReason } }
      }
    }
  }
}
`;

export function createGraphql(options: GraphqlOptions): Yoga {
  const log = options.log.child({ part: 'graphql' });
  return createYoga<ServerContext, Context>({
    schema,
    graphqlEndpoint: '/graphql',
    landingPage: false,
    graphiql: options.explorer
      ? { title: '4Geeks Payments API', defaultQuery: explorerExample, subscriptionsProtocol: 'WS' }
      : false,
    // Same origin only; integrators call from servers, with a key.
    cors: false,
    batching: false,
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
      limitDocuments,
      // A browser asks before it lets another site's page send one of these.
      useCSRFPrevention({ requestHeaders: ['x-graphql-yoga-csrf', 'authorization'] }),
      refuseForeignOrigins(options.publicUrl),
      liveSubscriptions,
      clientErrors(log),
    ],
    context: ({ request, requestId, clientAddress, answerHeaders }) =>
      createContext(options, {
        credentials: credentialsOf(request.headers),
        requestId,
        locale: localeOf(request.headers.get('accept-language')),
        clientAddress,
        setCookie: (header) => answerHeaders.append('set-cookie', header),
        onRateLimited: (seconds) => answerHeaders.set('retry-after', String(seconds)),
        onSessionEnded: () => {},
        signal: request.signal,
      }),
  });
}

/** The longest document of ours has a few hundred tokens. */
const mostTokens = 4000;
const mostCharacters = 64 * 1024;

/** Before anything that takes more time the longer a document is; whoever sends it. */
const limitDocuments: Plugin = {
  onParse({ params, parseFn, setParseFn }) {
    if (String(params.source).length > mostCharacters) {
      throw parseError(`A query has at most ${mostCharacters} characters.`);
    }
    setParseFn((source: string, options?: ParseOptions) => {
      try {
        return parseFn(source, { ...options, maxTokens: mostTokens });
      } catch (error) {
        throw error instanceof RangeError ? parseError('The query is nested too deeply.') : error;
      }
    });
  },
};

function parseError(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'GRAPHQL_PARSE_FAILED' } });
}

/** Cookies are sent by pages of ours only. */
function refuseForeignOrigins(publicUrl: string): Plugin {
  return {
    onRequest({ request, endResponse, fetchAPI }) {
      if (sameOrigin(request.headers, publicUrl) || request.headers.has('authorization')) return;
      endResponse(
        fetchAPI.Response.json(
          { errors: [{ message: 'Requests from other origins need an API key.' }] },
          { status: 403 },
        ),
      );
    },
  };
}

/** Every message of a subscription checks rights anew; see subscribeLive. */
export const liveSubscriptions: Plugin = {
  onSubscribe({ setSubscribeFn }) {
    setSubscribeFn(subscribeLive);
  },
};

/** Errors as clients may read them; unknown ones are logged and masked. */
export function clientErrors(log: Logger): Plugin<Context> {
  type Result = ExecutionResult | AsyncIterable<ExecutionResult>;
  function masked<Given extends Result>(result: Given, { requestId, viewer }: Context): Given {
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

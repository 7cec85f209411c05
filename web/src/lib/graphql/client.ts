import { Client, createRequest, fetchExchange } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
import { failureFromUrql, isOnlyDenied } from './failure.ts';
import { hashOf } from './document-hash.ts';

/** A generated document constant (`#lib/gql/graphql.ts`): knows its result and variables. */
export type Document<Result, Variables> = DocumentTypeDecoration<Result, Variables> & {
  toString(): string;
};

/** Variables as an argument that may be left out where a document has none. */
export type VariablesOf<Variables> = [Variables] extends [Record<string, never>]
  ? [variables?: Variables]
  : [variables: Variables];

/**
 * Asks the API and answers with data, or throws `ApiFailure`. Fields that are
 * null because the viewer may not see them are not failures: the rest of the
 * answer stands. Nothing is cached; pages hold what their `load` returned and
 * `LiveQuery` replaces it.
 */
export type ApiClient = {
  query<Result, Variables>(
    document: Document<Result, Variables>,
    ...variables: VariablesOf<NoInfer<Variables>>
  ): Promise<Result>;
  mutate<Result, Variables>(
    document: Document<Result, Variables>,
    ...variables: VariablesOf<NoInfer<Variables>>
  ): Promise<Result>;
};

type Transport = { url: string; fetch: typeof fetch; headers?: Record<string, string> };

/** The same client on the server, given a fetch that reaches the API in-process, and in the browser. */
export function createApiClient({ url, fetch, headers = {} }: Transport): ApiClient {
  /** By parsed document, which is what urql asks for the hash of. */
  const hashes = new WeakMap<object, string>();
  const urql = new Client({
    url,
    fetch,
    exchanges: [
      // A hash goes instead of the text. A server that does not know it gets the text after all.
      persistedExchange({
        preferGetForPersistedQueries: false,
        enableForMutation: true,
        generateHash: async (_text, document) => hashes.get(document) ?? '',
      }),
      fetchExchange,
    ],
    preferGetMethod: false,
    requestPolicy: 'network-only',
    // A form on another site cannot send this header, so a cookie alone does not authorize.
    fetchOptions: { headers: { 'x-graphql-yoga-csrf': '1', ...headers } },
  });

  async function run<Result>(
    kind: 'query' | 'mutation',
    document: { toString(): string },
    variables: object = {},
  ): Promise<Result> {
    const request = createRequest(document.toString(), variables);
    const hash = hashOf(document);
    if (hash) hashes.set(request.query, hash);
    const execute = kind === 'query' ? 'executeQuery' : 'executeMutation';
    const { data, error } = await urql[execute](request).toPromise();
    if (error && !(data && isOnlyDenied(error))) throw failureFromUrql(error);
    return data as Result;
  }

  return {
    query: (document, ...[variables]) => run('query', document, variables as object),
    mutate: (document, ...[variables]) => run('mutation', document, variables as object),
  };
}

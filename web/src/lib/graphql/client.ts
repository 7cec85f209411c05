import { Client, fetchExchange } from '@urql/core';
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
import { failureFromUrql, isOnlyDenied } from './failure.ts';

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
  const urql = new Client({
    url,
    fetch,
    exchanges: [fetchExchange],
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
    const { data, error } = await urql[kind](document.toString(), variables).toPromise();
    if (error && !(data && isOnlyDenied(error))) throw failureFromUrql(error);
    return data as Result;
  }

  return {
    query: (document, ...[variables]) => run('query', document, variables as object),
    mutate: (document, ...[variables]) => run('mutation', document, variables as object),
  };
}

/** What refusals look like over HTTP: a status, and always a code. */
import { GraphQLError, type ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/**
 * Statuses of answers without data. `spec`: clients that accept `application/json` only get 200 with
 * the errors, as the GraphQL-over-HTTP specification wants it for them.
 */
const statuses: Record<string, { status: number; spec?: true }> = {
  GRAPHQL_PARSE_FAILED: { status: 400, spec: true },
  BAD_USER_INPUT: { status: 400, spec: true },
  PERSISTED_DOCUMENT_NOT_FOUND: { status: 400, spec: true },
  QUERY_TOO_COMPLEX: { status: 400, spec: true },
  RATE_LIMITED: { status: 429 },
  TIMEOUT: { status: 503 },
};

/** The code of an error that the server's own parts made without one, by its status. */
const codes: Record<number, string> = {
  403: 'CSRF_HEADER_MISSING',
  405: 'METHOD_NOT_ALLOWED',
  413: 'PAYLOAD_TOO_LARGE',
};

export const httpErrors: Plugin = {
  onResultProcess({ result, setResult }) {
    if (Array.isArray(result) || Symbol.asyncIterator in result) return;
    const { errors, data } = result as ExecutionResult;
    if (!errors || data != null) return;
    setResult({ ...result, errors: errors.map(withStatus) });
  },
};

function withStatus(error: GraphQLError): GraphQLError {
  const given = error.extensions.http as { status?: number } | undefined;
  const code = error.extensions.code ?? codes[given?.status ?? 400] ?? 'BAD_REQUEST';
  const http = given ?? statuses[String(code)];
  const { nodes, source, positions, path, originalError } = error;
  return new GraphQLError(error.message, {
    nodes,
    source,
    positions,
    path,
    originalError,
    extensions: { ...error.extensions, code, ...(http && { http }) },
  });
}

/** A refusal that is made before GraphQL has a say, in GraphQL's shape. */
export function refuse(
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): Response {
  return Response.json({ errors: [{ message, extensions: { code } }] }, { status, headers });
}

/**
 * Errors on the wire, in one place. What billing throws on purpose keeps its code; what nobody
 * expected is hidden behind a code and the id of the request, under which it was logged.
 */
import type { ApiKeyRefusal } from '@4geeks/billing/api-key/resolve-api-key';
import type { Viewer } from '@4geeks/billing/access/viewer';
import { BillingError, ForbiddenError } from '@4geeks/billing/errors';
import { GraphQLError } from 'graphql';
import { exceeded, type OperationCost } from './complexity.ts';

/** The session this was asked with has ended. */
export class SessionEndedError extends GraphQLError {
  constructor() {
    super('The session has ended. Sign in again.', { extensions: { code: 'UNAUTHENTICATED' } });
  }
}

const refusedKeys: Record<ApiKeyRefusal, string> = {
  API_KEY_MISTYPED:
    'This is no API key: a character is wrong, or some are missing. Copy the whole key, sk_test_... or sk_live_..., once more.',
  API_KEY_INVALID:
    'This API key opens nothing: it is unknown, has expired, or was revoked. Create another under Settings > API keys.',
};

/** The whole request is refused: whoever gives a key does not mean to be nobody. */
export function refusedKeyError(reason: ApiKeyRefusal): GraphQLError {
  return new GraphQLError(refusedKeys[reason], {
    extensions: { code: 'UNAUTHENTICATED', reason, http: { status: 401 } },
  });
}

/** Nothing else may be opened until something was closed. */
export class TooManyLiveError extends GraphQLError {
  /** @param most open at once, by this viewer or from this address */
  constructor(most: number) {
    super(`At most ${most} live subscriptions at once. Close some first.`, {
      extensions: { code: 'TOO_MANY_LIVE_SUBSCRIPTIONS', limit: most },
    });
  }
}

/** @param permission what is missing; for anonymous viewers signing in comes first. */
export function deniedError(viewer: Viewer, permission: string): GraphQLError {
  return viewer.kind === 'anonymous'
    ? new GraphQLError('Sign in first.', { extensions: { code: 'UNAUTHENTICATED' } })
    : new GraphQLError(`Missing permission: ${permission}`, {
        extensions: { code: 'FORBIDDEN', permission },
      });
}

/**
 * An operation that asks for too much at once, told its price.
 *
 * @returns null when it is within `limit`.
 */
export function tooExpensiveError(cost: OperationCost, limit: OperationCost): GraphQLError | null {
  const measure = exceeded(cost, limit);
  if (!measure) return null;
  return new GraphQLError(
    `The operation's ${measure} is ${cost[measure]}; the limit is ${limit[measure]}.`,
    { extensions: { code: 'QUERY_TOO_COMPLEX', exceeded: measure, cost, limit } },
  );
}

/** Arguments that break a rule stated on them. */
export function inputValidationError({
  issues,
}: {
  issues: readonly {
    message: string;
    path?: readonly (PropertyKey | { key: PropertyKey })[] | undefined;
  }[];
}): GraphQLError {
  const faults = issues.map(({ message, path = [] }) => ({
    field: path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
    message,
  }));
  return new GraphQLError(faults.map(({ field, message }) => `${field}: ${message}`).join('; '), {
    extensions: { code: 'BAD_USER_INPUT', issues: faults },
  });
}

/**
 * The error a client may see.
 *
 * @param report gets what is hidden from the client, to log it under the request's id.
 */
export function toClientError(
  error: unknown,
  requestId: string,
  viewer: Viewer,
  report: (error: unknown) => void,
): GraphQLError {
  const graphQLError = error instanceof GraphQLError ? error : undefined;
  const cause = graphQLError ? rootCause(graphQLError) : error;
  const at = graphQLError && {
    nodes: graphQLError.nodes,
    source: graphQLError.source,
    positions: graphQLError.positions,
    path: graphQLError.path,
  };
  if (cause instanceof ForbiddenError) {
    const { message, extensions } = deniedError(viewer, String(cause.facts.permission));
    return new GraphQLError(message, { ...at, extensions });
  }
  if (cause instanceof BillingError) {
    return new GraphQLError(cause.message, {
      ...at,
      extensions: { ...cause.facts, code: cause.code },
    });
  }
  if (isPothosInputError(cause)) {
    return new GraphQLError(cause.message, { ...at, extensions: { code: 'BAD_USER_INPUT' } });
  }
  if (isMalformedId(cause)) {
    return new GraphQLError('Malformed id or cursor.', {
      ...at,
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
  if (isUnstorableText(cause)) {
    return new GraphQLError('Text may not contain the character U+0000.', {
      ...at,
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
  if (graphQLError && (!cause || cause instanceof GraphQLError)) {
    if (graphQLError.path || graphQLError.extensions.code) return graphQLError;
    // Before anything ran: variables that do not fit.
    return new GraphQLError(graphQLError.message, {
      ...at,
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
  report(cause);
  return new GraphQLError('Something went wrong on our side.', {
    ...at,
    extensions: { code: 'INTERNAL', requestId },
  });
}

function rootCause(error: GraphQLError): unknown {
  let cause: unknown = error;
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  return cause;
}

/** Ids, cursors and page arguments that make no sense. */
function isPothosInputError(error: unknown): error is Error {
  return error instanceof Error && error.name === 'PothosValidationError';
}

/** A cursor that was made up may name anything: the database says that it is no id of ours. */
function isMalformedId(error: unknown): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === 'P2007';
}

/** Postgres keeps no U+0000, in text (22021) or in JSON (22P05), and cannot look for one. */
function isUnstorableText(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { meta } = error as {
    meta?: { driverAdapterError?: { cause?: { originalCode?: unknown } } };
  };
  const code = meta?.driverAdapterError?.cause?.originalCode;
  return code === '22021' || code === '22P05';
}

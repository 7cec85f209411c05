import type { CombinedError } from '@urql/core';

/** Why the API gave no answer that a page can show. */
export type FailureReason =
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'rate-limited'
  | 'invalid'
  | 'internal'
  | 'unreachable';

const reasons: Record<string, FailureReason> = {
  UNAUTHENTICATED: 'unauthenticated',
  FORBIDDEN: 'forbidden',
  NOT_FOUND: 'not-found',
  RATE_LIMITED: 'rate-limited',
  BAD_USER_INPUT: 'invalid',
  VALIDATION_FAILED: 'invalid',
};

type WireError = { message: string; extensions?: Record<string, unknown> };

/**
 * A request the API refused or could not answer. Expected outcomes (a declined
 * card, a wrong code) are not failures: they are members of a mutation's union.
 */
export class ApiFailure extends Error {
  override name = 'ApiFailure';
  readonly reason: FailureReason;
  /** The portal or staff permission that was missing, for `forbidden`. */
  readonly permission: string | undefined;
  /** For `rate-limited`. */
  readonly retryAfterSeconds: number | undefined;
  /** What support needs to find the request in the logs. */
  readonly requestId: string | undefined;

  constructor(reason: FailureReason, message: string, extensions: Record<string, unknown> = {}) {
    super(message);
    this.reason = reason;
    this.permission = text(extensions['permission']);
    this.requestId = text(extensions['requestId']);
    const seconds = extensions['retryAfterSeconds'];
    this.retryAfterSeconds = typeof seconds === 'number' ? seconds : undefined;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The first error of a GraphQL response as a failure. */
export function failureFromErrors(errors: readonly WireError[]): ApiFailure {
  const first = errors[0];
  const code = text(first?.extensions?.['code']) ?? 'INTERNAL';
  return new ApiFailure(reasons[code] ?? 'internal', first?.message ?? code, first?.extensions);
}

export function failureFromUrql(error: CombinedError): ApiFailure {
  if (error.graphQLErrors.length > 0) return failureFromErrors(error.graphQLErrors);
  const response = error.response as Response | undefined;
  const requestId = response?.headers?.get('x-request-id') ?? undefined;
  if (response?.status === 429) {
    const retryAfterSeconds = Number(response.headers.get('retry-after')) || undefined;
    return new ApiFailure('rate-limited', error.message, { retryAfterSeconds, requestId });
  }
  return new ApiFailure(response ? 'internal' : 'unreachable', error.message, { requestId });
}

/** Whether every error only says that a nullable field is closed to this viewer. */
export function isOnlyDenied(error: CombinedError): boolean {
  return (
    !error.networkError &&
    error.graphQLErrors.every((each) => each.extensions?.['code'] === 'FORBIDDEN')
  );
}

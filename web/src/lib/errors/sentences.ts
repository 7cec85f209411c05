import { ApiFailure } from '#lib/graphql/failure.ts';
import { m } from '#lib/paraglide/messages.js';

/** A member of a mutation's union that implements `Error`, with whatever it adds. */
export type ApiError = {
  __typename: string;
  code: string;
  message: string;
  retryAfterSeconds?: number;
  /** Plain words in the viewer's language, from the API. */
  reason?: string;
};

const sentencesByCode: Record<string, () => string> = {};

/** What went wrong, in the reader's language. The API's `message` is for developers and never shown. */
export function errorSentence(error: ApiError): string {
  const sentence = sentencesByCode[error.code];
  if (sentence) return sentence();
  switch (error.__typename) {
    case 'PaymentMethodDeclinedError':
      return error.reason ?? m.error_invalid_input();
    case 'RateLimitedError':
      return waitSentence(error.retryAfterSeconds);
    case 'NotFoundError':
      return m.error_not_found();
    case 'InvalidInputError':
      return m.error_invalid_input();
    case 'ConflictError':
      return m.error_conflict();
    default:
      return m.error_internal();
  }
}

/** The same for a request that failed as a whole; accepts anything a `catch` may hold. */
export function failureSentence(failure: unknown): string {
  if (!(failure instanceof ApiFailure)) return m.error_internal();
  switch (failure.reason) {
    case 'unauthenticated':
      return m.error_unauthenticated();
    case 'forbidden':
      return m.error_forbidden();
    case 'not-found':
      return m.error_not_found();
    case 'rate-limited':
      return waitSentence(failure.retryAfterSeconds);
    case 'invalid':
      return m.error_invalid_input();
    case 'unreachable':
      return m.error_unreachable();
    case 'internal':
      return m.error_internal();
  }
}

function waitSentence(seconds = 60): string {
  return seconds < 90
    ? m.error_rate_limited({ seconds })
    : m.error_rate_limited_minutes({ minutes: Math.ceil(seconds / 60) });
}

import { BillingError } from '../errors.ts';

const messages = {
  IDEMPOTENCY_KEY_INVALID: 'An idempotency key has 1 to 255 visible ASCII characters.',
  IDEMPOTENCY_KEY_REUSED:
    'This idempotency key was sent with another request. Use a new key for every new request.',
  IDEMPOTENCY_IN_PROGRESS:
    'The first request with this idempotency key is still running. Send the same again later.',
  IDEMPOTENCY_ANSWER_LOST:
    'The first request with this idempotency key changed something, and its answer was lost. It is not run again: read the current state.',
  IDEMPOTENCY_TAKEN_OVER:
    'This request took so long that another with the same idempotency key took its place. Nothing was changed by this one.',
} as const;

export type IdempotencyErrorCode = keyof typeof messages;

/** A mutation with an idempotency key that is not run. */
export class IdempotencyError extends BillingError<IdempotencyErrorCode> {
  constructor(code: IdempotencyErrorCode, facts: { retryAfterSeconds?: number } = {}) {
    super(code, messages[code], facts);
  }
}

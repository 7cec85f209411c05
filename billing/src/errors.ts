/**
 * A broken rule. `code` is stable and part of the API; `message` is English for developers (people
 * read the sentence their catalogue has for the code); `facts` fill that sentence.
 *
 * Ordinary outcomes (a payment declined) are values, not errors. Each noun's own codes stand in
 * `<noun>/errors.ts`.
 */
export class BillingError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly facts: Readonly<Record<string, string | number | boolean | null>>;

  constructor(
    code: Code,
    message: string,
    facts: Record<string, string | number | boolean | null> = {},
  ) {
    super(message);
    this.name = 'BillingError';
    this.code = code;
    this.facts = facts;
  }
}

/** The row does not exist, or this viewer may not know that it does. Always the same. */
export class NotFoundError extends BillingError<'NOT_FOUND'> {
  constructor(noun: string) {
    super('NOT_FOUND', `${noun} not found`, { noun });
  }
}

/** The viewer may not do this; `permission` names what is missing. */
export class ForbiddenError extends BillingError<'FORBIDDEN'> {
  constructor(permission: string) {
    super('FORBIDDEN', `Missing permission: ${permission}`, { permission });
  }
}

/** The input breaks a rule; `field` names where and `reason` is a stable code for the sentence. */
export class InvalidInputError extends BillingError<'INVALID_INPUT'> {
  constructor(
    field: string,
    reason: string,
    message: string,
    facts: Record<string, string | number> = {},
  ) {
    super('INVALID_INPUT', message, { ...facts, field, reason });
  }
}

/** Too many tries; `retryAfterSeconds` says when to come back. */
export class RateLimitedError extends BillingError<'RATE_LIMITED'> {
  constructor(retryAfterSeconds: number) {
    super('RATE_LIMITED', `Too many requests. Try again in ${retryAfterSeconds} s.`, {
      retryAfterSeconds,
    });
  }
}

/** The current state does not allow the change; `code` says which rule. */
export class ConflictError extends BillingError {}

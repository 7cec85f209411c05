import { ApiFailure } from '#lib/graphql/failure.ts';
import { m } from '#lib/paraglide/messages.js';

/** A member of a mutation's union that implements `Error`, with whatever it adds. */
export type ApiError = {
  __typename: string;
  code: string;
  message: string;
  retryAfterSeconds?: number;
  /**
   * Of a `PaymentMethodDeclinedError`: plain words in the viewer's language, from the API.
   * Of an `InvalidInputError`: the stable name of the rule broken.
   */
  reason?: string;
};

/** By `code`, or for an `InvalidInputError` by its `reason`. */
const sentencesByCode: Record<string, () => string> = {
  LAST_PAYMENT_METHOD: m.error_last_payment_method,
  DEFAULT_PAYMENT_METHOD: m.error_default_payment_method,
  PAYMENT_METHOD_IN_USE: m.error_payment_method_in_use,
  SETUP_TOKEN_INVALID: m.error_setup_token_invalid,
  SIGN_IN_LINK_EXPIRED: m.error_sign_in_link_expired,
  SIGN_IN_LINK_USED: m.error_sign_in_link_used,
  SIGN_IN_LINK_INVALID: m.error_sign_in_link_invalid,
  INVOICE_NOT_OPEN: m.error_invoice_not_open,
  ALREADY_COLLECTING: m.error_already_collecting,
  NO_PAYMENT_METHOD: m.error_no_payment_method,
  SUBSCRIPTION_ENDED: m.error_subscription_ended,
  SUBSCRIPTION_PAST_DUE: m.error_subscription_past_due,
  SUBSCRIPTION_PAUSED: m.error_subscription_paused,
  SUBSCRIPTION_UNPAID: m.error_subscription_unpaid,
  SUBSCRIPTION_HAS_SEVERAL_ITEMS: m.error_subscription_has_several_items,
  RENEWAL_DUE: m.error_renewal_due,
  PERIOD_NOT_PAID: m.error_period_not_paid,
  PRICE_ARCHIVED: m.error_plan_not_sold,
  PRODUCT_ARCHIVED: m.error_plan_not_sold,
  QUOTE_OUTDATED: m.error_quote_outdated,
  ALREADY_CANCELING: m.error_already_canceling,
  NOT_CANCELING: m.error_not_canceling,
  COMPANY_NAME_REQUIRED: m.error_company_name_required,
  COMPANY_NAME_TOO_LONG: m.error_company_name_too_long,
  COLOR_INVALID: m.error_color_invalid,
  LOGO_NOT_PNG: m.error_logo_not_png,
  LOGO_TOO_LARGE: m.error_logo_too_large,
  LOGO_TOO_MANY_PIXELS: m.error_logo_too_many_pixels,
  LOGO_CORRUPT: m.error_logo_corrupt,
  NAME_REQUIRED: m.error_name_required,
  OWNER_REQUIRED: m.error_owner_required,
  LAST_OWNER: m.error_last_owner,
  ALREADY_STAFF_MEMBER: m.error_already_staff_member,
  ALREADY_INVITED: m.error_already_invited,
  INVITATION_ACCEPTED: m.error_invitation_accepted,
  INVITATION_REVOKED: m.error_invitation_revoked,
  STAFF_INVITATION_EXPIRED: m.error_staff_invitation_expired,
  STAFF_INVITATION_USED: m.error_staff_invitation_used,
  STAFF_INVITATION_REVOKED: m.error_staff_invitation_revoked,
  STAFF_INVITATION_INVALID: m.error_staff_invitation_invalid,
  SIGN_IN_TO_ACCEPT: m.error_sign_in_to_accept,
  INVITED_SOMEBODY_ELSE: m.error_invited_somebody_else,
  PASSWORD_TOO_SHORT: m.error_password_too_short,
  PASSWORD_TOO_LONG: m.error_password_too_long,
  NAME_TOO_LONG: m.error_name_too_long,
  SCOPES_REQUIRED: m.error_scopes_required,
  API_KEY_REVOKED: m.error_api_key_revoked,
  API_KEY_EXPIRED: m.error_api_key_expired,
  URL_INVALID: m.error_url_invalid,
  URL_NOT_HTTPS: m.error_url_not_https,
  URL_NOT_PUBLIC: m.error_url_not_public,
  EVENT_TYPE_UNKNOWN: m.error_event_type_unknown,
  DESCRIPTION_TOO_LONG: m.error_description_too_long,
  TOO_MANY_WEBHOOK_ENDPOINTS: m.error_too_many_webhook_endpoints,
  WEBHOOK_ENDPOINT_DISABLED: m.error_webhook_endpoint_disabled,
  RETURN_URL_INVALID: m.error_return_url_invalid,
  TOO_MANY_RETURN_URLS: m.error_too_many_return_urls,
};

/** What went wrong, in the reader's language. The API's `message` is for developers and never shown. */
export function errorSentence(error: ApiError): string {
  const invalid = error.__typename === 'InvalidInputError';
  const sentence = sentencesByCode[invalid ? (error.reason ?? '') : error.code];
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

/** How long to wait after too many attempts. */
export function waitSentence(seconds = 60): string {
  return seconds < 90
    ? m.error_rate_limited({ seconds })
    : m.error_rate_limited_minutes({ minutes: Math.ceil(seconds / 60) });
}

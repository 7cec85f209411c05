import type { ApiClient } from '#lib/graphql/client.ts';
import { ApiFailure } from '#lib/graphql/failure.ts';
import { errorSentence, failureSentence } from '#lib/errors/sentences.ts';
import { ConfirmSignInDocument, type ConfirmSignInInput } from '#lib/gql/graphql.ts';
import { localeCookie } from '#lib/i18n/locale.ts';
import * as routes from '#lib/routes.ts';

export type CustomerChoice = { customerId: string; name: string };

export type SignInOutcome =
  | { status: 'signed-in' }
  | { status: 'choose'; choices: CustomerChoice[] }
  /** `code` tells an expired or used link from a passing trouble. */
  | { status: 'refused'; code: string; sentence: string };

/**
 * Confirms a link or a code. On success the browser leaves for the page the customer
 * asked for, as a whole page load, so that everything is fetched as them.
 */
export async function confirmSignIn(
  api: ApiClient,
  input: ConfirmSignInInput,
): Promise<SignInOutcome> {
  try {
    const { confirmSignIn: result } = await api.mutate(ConfirmSignInDocument, { input });
    if (!result) throw new ApiFailure('internal', 'No answer');
    switch (result.__typename) {
      case 'SignedIn':
        if (result.customer) rememberLocale(result.customer.locale);
        location.replace(routes.portal.page(input.portalSlug, result.returnPath));
        return { status: 'signed-in' };
      case 'ChooseCustomer':
        return { status: 'choose', choices: result.choices };
      default:
        return { status: 'refused', code: result.code, sentence: errorSentence(result) };
    }
  } catch (failure) {
    return { status: 'refused', code: 'FAILED', sentence: failureSentence(failure) };
  }
}

/** The customer's own language, unless this visitor has chosen one. */
function rememberLocale(locale: string): void {
  if (document.cookie.split('; ').some((each) => each.startsWith(`${localeCookie}=`))) return;
  document.cookie = `${localeCookie}=${locale}; path=/; max-age=31536000; samesite=lax`;
}

import { BillingError } from '../errors.ts';

export type SignInLinkErrorCode =
  'SIGN_IN_LINK_EXPIRED' | 'SIGN_IN_LINK_USED' | 'SIGN_IN_LINK_INVALID';

/** The link or code does not sign in; the code says whether a fresh one would. */
export class SignInLinkError extends BillingError<SignInLinkErrorCode> {
  constructor(code: SignInLinkErrorCode) {
    super(code, 'The sign-in link or code is not valid any more.');
  }
}

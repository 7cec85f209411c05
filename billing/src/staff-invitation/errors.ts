import { BillingError } from '../errors.ts';

const messages = {
  STAFF_INVITATION_EXPIRED: 'The invitation has expired: ask whoever invited you to send it again.',
  STAFF_INVITATION_USED: 'The invitation was accepted already: sign in to the console.',
  STAFF_INVITATION_REVOKED: 'The invitation was taken back: ask whoever invited you.',
  STAFF_INVITATION_INVALID:
    'There is no such invitation: open the link of the newest mail, whole, or ask for another.',
} as const;
export type StaffInvitationErrorCode = keyof typeof messages;

/** The link of an invitation does not let anybody join; the code says why. */
export class StaffInvitationError extends BillingError<StaffInvitationErrorCode> {
  constructor(code: StaffInvitationErrorCode) {
    super(code, messages[code]);
  }
}

/** Invitations to a merchant's staff by use cases, with their mails. */
import type { StaffViewer } from '@4geeks/billing/access/viewer';
import { acceptStaffInvitation } from '@4geeks/billing/staff-invitation/accept-staff-invitation';
import { inviteStaffMember } from '@4geeks/billing/staff-invitation/invite-staff-member';
import { resendStaffInvitation } from '@4geeks/billing/staff-invitation/resend-staff-invitation';
import { revokeStaffInvitation } from '@4geeks/billing/staff-invitation/revoke-staff-invitation';
import type { Locale, StaffInvitation, StaffRole } from '@4geeks/prisma';
import { expect } from 'vitest';

import type { TestBilling } from './billing.ts';
import { invitationToken } from './invitation-mail.ts';

/** What somebody new chooses. */
export const password = 'a password long enough';

/** Of a refusal that says what to do. */
export const refused = (code: string) => ({ code, message: expect.stringMatching(/: /) });

let count = 0;
/** One that nobody has. */
export const newAddress = () => `invited${(count += 1)}@example.com`;

/** @param owner who invites, unless somebody else is named. */
export function invitationsBy(t: TestBilling, owner: StaffViewer) {
  const newest = async (email: string) => (await t.mailbox.mails(email)).at(-1);
  const tokenFor = async (email: string) => invitationToken(await newest(email));
  return {
    newest,
    tokenFor,
    /** Invites, from an hour of its own, and lets the mail go out. */
    async invite(more: { email?: string; role?: StaffRole; locale?: Locale } = {}) {
      t.clock.advance({ hours: 1 });
      const email = more.email ?? newAddress();
      const input = { role: 'SUPPORT' as const, ...more, email };
      const invitation = await inviteStaffMember(t.billing, owner, input);
      await t.drain();
      return { invitation, email, token: await tokenFor(invitation.email) };
    },
    /** As somebody new. */
    accept: (token: string, more: object = { name: 'Ada', password }) =>
      acceptStaffInvitation(t.billing, null, { token, ...more }),
    resend: ({ id }: StaffInvitation) =>
      resendStaffInvitation(t.billing, owner, { staffInvitationId: id }),
    revoke: ({ id }: StaffInvitation, actor = owner) =>
      revokeStaffInvitation(t.billing, actor, { staffInvitationId: id }),
  };
}

/** Invitations to a merchant's staff: made, sent again and revoked by its people, accepted by anybody. */
import { staffViewerOf } from '@4geeks/billing/merchant/resolve-staff-member';
import { acceptStaffInvitation } from '@4geeks/billing/staff-invitation/accept-staff-invitation';
import { openInvitation, staffInvitationsVisibleTo } from '@4geeks/billing/staff-invitation/access';
import { inviteStaffMember } from '@4geeks/billing/staff-invitation/invite-staff-member';
import {
  readStaffInvitation,
  type OfferedMembership as OfferedMembershipShape,
} from '@4geeks/billing/staff-invitation/read-staff-invitation';
import { resendStaffInvitation } from '@4geeks/billing/staff-invitation/resend-staff-invitation';
import { revokeStaffInvitation } from '@4geeks/billing/staff-invitation/revoke-staff-invitation';
import type { StaffMember as StaffMemberRow } from '@4geeks/prisma';
import { RequestCache } from '@pothos/plugin-scope-auth';
import { z } from 'zod';
import { everyone } from './access/access-plugin.ts';
import { addNode } from './access/noun.ts';
import { builder } from './builder.ts';
import { described } from './described.ts';
import {
  ConflictError,
  InvalidInputError,
  NotFoundError,
  RateLimitedError,
  StaffInvitationError,
} from './errors.ts';
import { Locale } from './money.ts';
import {
  mayChangeStaff,
  staffAccess,
  StaffMember,
  staffMemberAccess,
  StaffRole,
} from './staff-member.ts';

const access = staffAccess;

const StaffInvitationStatus = builder.enumType('StaffInvitationStatus', {
  description: 'Whether an invitation lets somebody join.',
  values: described({
    OPEN: 'It does, by the link of its newest mail.',
    EXPIRED: 'Its link is too old: send it again, or revoke it.',
    ACCEPTED: 'Somebody joined by it.',
    REVOKED: 'It was taken back.',
  }),
});

export const StaffInvitation = builder.prismaObject('StaffInvitation', {
  description: 'Somebody who was asked by mail to join the staff.',
  access,
});

addNode(StaffInvitation, {
  model: 'staffInvitation',
  access,
  visibleTo: staffInvitationsVisibleTo,
});

builder.prismaObjectFields(StaffInvitation, (t) => ({
  email: t.expose('email', { type: 'EmailAddress', access, description: 'Who was asked.' }),
  role: t.expose('role', { type: StaffRole, access, description: 'What they are to be.' }),
  locale: t.expose('locale', { type: Locale, access, description: 'Language of the mail.' }),
  status: t.field({
    type: StaffInvitationStatus,
    access,
    description: 'Whether it lets somebody join.',
    select: { acceptedAt: true, revokedAt: true, expiresAt: true },
    resolve: ({ acceptedAt, revokedAt, expiresAt }, _args, { billing }) => {
      if (acceptedAt) return 'ACCEPTED' as const;
      if (revokedAt) return 'REVOKED';
      return expiresAt <= billing.clock.now() ? 'EXPIRED' : 'OPEN';
    },
  }),
  requestedAt: t.expose('requestedAt', {
    type: 'DateTime',
    access,
    description: 'When its newest mail was asked for.',
  }),
  sentAt: t.expose('sentAt', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'When that mail went out. Null: it is about to.',
  }),
  expiresAt: t.expose('expiresAt', {
    type: 'DateTime',
    access,
    description: 'Until when its link works; exclusive.',
  }),
  createdAt: t.expose('createdAt', { type: 'DateTime', access, description: 'When it was made.' }),
}));

const OfferedMembership = builder.objectRef<OfferedMembershipShape>('OfferedMembership').implement({
  description: 'What an invitation is for, as whoever opened its link is told.',
  access: 'inherits',
  fields: (t) => ({
    merchantName: t.exposeString('merchantName', { description: 'Whose staff it is.' }),
    email: t.expose('email', { type: 'EmailAddress', description: 'Who was asked.' }),
    role: t.expose('role', { type: StaffRole, description: 'What they are to be.' }),
    hasAccount: t.exposeBoolean('hasAccount', {
      description:
        'Whether the address signs in to the console already: it is accepted signed in. Else with a name and a password.',
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description: 'Until when it can be accepted; exclusive.',
    }),
  }),
});

builder.queryFields((t) => ({
  staffInvitations: t.prismaConnection({
    type: StaffInvitation,
    cursor: 'id',
    nullable: true,
    access,
    description: 'Invitations that are open or have expired, newest first.',
    totalCount: (_root, _args, { billing, viewer }) =>
      billing.database.staffInvitation.count({
        where: { ...staffInvitationsVisibleTo(viewer), ...openInvitation },
      }),
    resolve: (query, _root, _args, { billing, viewer }) =>
      billing.database.staffInvitation.findMany({
        ...query,
        where: { ...staffInvitationsVisibleTo(viewer), ...openInvitation },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      }),
  }),
  offeredMembership: t.field({
    type: OfferedMembership,
    nullable: true,
    access: everyone,
    description: 'What the invitation with this token is for. Reading it uses nothing up.',
    errors: { types: [StaffInvitationError, RateLimitedError] },
    args: {
      token: t.arg.string({
        required: true,
        description: "Of the mail's link.",
        validate: z.string().max(200),
      }),
    },
    resolve: async (_root, { token }, { billing, limitRate }) => {
      await limitRate('accept-staff-invitation');
      return readStaffInvitation(billing, { token });
    },
  }),
}));

const InviteStaffMemberInput = builder.inputType('InviteStaffMemberInput', {
  fields: (t) => ({
    email: t.string({
      required: true,
      description: 'Who is asked: the address that the mail goes to, and that will sign in.',
      validate: z.string().max(320),
    }),
    role: t.field({ type: StaffRole, required: true, description: 'What they are to be.' }),
    locale: t.field({
      type: Locale,
      description: "Language of the mail. Absent: the merchant's.",
    }),
  }),
});

const ofInvitation = (name: string) =>
  builder.inputType(name, {
    fields: (t) => ({ staffInvitationId: t.globalID({ for: StaffInvitation, required: true }) }),
  });
const ResendStaffInvitationInput = ofInvitation('ResendStaffInvitationInput');
const RevokeStaffInvitationInput = ofInvitation('RevokeStaffInvitationInput');

const AcceptStaffInvitationInput = builder.inputType('AcceptStaffInvitationInput', {
  fields: (t) => ({
    token: t.string({
      required: true,
      description: "Of the mail's link.",
      validate: z.string().max(200),
    }),
    name: t.string({
      description: 'What a new member is called; at most 80 characters.',
      validate: z.string().max(320),
    }),
    password: t.string({
      description: 'What a new member will sign in with: 12 to 128 characters.',
      validate: z.string().max(1000),
    }),
  }),
});

const JoinedStaff = builder.objectRef<{ member: StaffMemberRow }>('JoinedStaff').implement({
  description: 'Somebody joined: the answer carries the session cookie of a new member.',
  access: 'inherits',
  fields: (t) => ({
    staffMember: t.prismaField({
      type: StaffMember,
      access: staffMemberAccess,
      nullable: true,
      description: 'Who they are now.',
      resolve: (query, { member }, _args, { billing }) =>
        billing.database.staffMember.findUniqueOrThrow({ ...query, where: { id: member.id } }),
    }),
  }),
});

builder.mutationFields((t) => ({
  inviteStaffMember: t.field({
    type: StaffInvitation,
    nullable: true,
    access: mayChangeStaff,
    description:
      'Mails somebody a link to join the staff with, once, within 7 days. ConflictError: OWNER_REQUIRED, ALREADY_STAFF_MEMBER or ALREADY_INVITED.',
    errors: { types: [InvalidInputError, ConflictError, RateLimitedError] },
    args: { input: t.arg({ type: InviteStaffMemberInput, required: true }) },
    resolve: async (_root, { input }, { billing, viewer, limitRate }) => {
      await limitRate('invite-staff');
      return inviteStaffMember(billing, viewer, input);
    },
  }),
  resendStaffInvitation: t.field({
    type: StaffInvitation,
    nullable: true,
    access: mayChangeStaff,
    description:
      'Mails an invitation again, with another link; the one before works no more. ConflictError: OWNER_REQUIRED, INVITATION_ACCEPTED or INVITATION_REVOKED.',
    errors: { types: [NotFoundError, ConflictError, RateLimitedError] },
    args: { input: t.arg({ type: ResendStaffInvitationInput, required: true }) },
    resolve: async (_root, { input }, { billing, viewer, limitRate }) => {
      await limitRate('invite-staff');
      return resendStaffInvitation(billing, viewer, {
        staffInvitationId: input.staffInvitationId.id,
      });
    },
  }),
  revokeStaffInvitation: t.field({
    type: StaffInvitation,
    nullable: true,
    access: mayChangeStaff,
    description:
      'Takes an invitation back: nobody joins by it any more. ConflictError: OWNER_REQUIRED, INVITATION_ACCEPTED or INVITATION_REVOKED.',
    errors: { types: [NotFoundError, ConflictError] },
    args: { input: t.arg({ type: RevokeStaffInvitationInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      revokeStaffInvitation(billing, viewer, { staffInvitationId: input.staffInvitationId.id }),
  }),
  acceptStaffInvitation: t.field({
    type: JoinedStaff,
    nullable: true,
    access: everyone,
    description:
      'Joins, once per invitation. Somebody new gives a name and a password, and is signed in; somebody known has to be signed in, else it is a ConflictError: SIGN_IN_TO_ACCEPT or INVITED_SOMEBODY_ELSE.',
    errors: {
      types: [StaffInvitationError, ConflictError, InvalidInputError, RateLimitedError],
    },
    args: { input: t.arg({ type: AcceptStaffInvitationInput, required: true }) },
    resolve: async (_root, { input }, context) => {
      await context.limitRate('accept-staff-invitation');
      const session = await context.staffSession();
      const joined = await acceptStaffInvitation(
        context.billing,
        session && { userId: session.userId, staffSessionId: session.id },
        input,
      );
      const { member, email, isNewUser } = joined;
      if (isNewUser) await context.signInStaff({ email, password: input.password ?? '' });
      // The rest of this request is the member's.
      context.viewer = staffViewerOf(member);
      RequestCache.clearForContext(context);
      return { member };
    },
  }),
}));

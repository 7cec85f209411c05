/** Members of staff: who works for a merchant, and what they may do. */
import type { AccessRule } from '@4geeks/billing/access/rule';
import { staffMembersVisibleTo } from '@4geeks/billing/merchant/access';
import { changeStaffRole } from '@4geeks/billing/merchant/change-staff-role';
import { removeStaffMember } from '@4geeks/billing/merchant/remove-staff-member';
import { type StaffRole as roles } from '@4geeks/prisma';
import { encodeGlobalID } from '@pothos/plugin-relay';
import { addNode } from './access/noun.ts';
import { builder } from './builder.ts';
import { Deleted } from './deleted.ts';
import { described } from './described.ts';
import { ConflictError, NotFoundError } from './errors.ts';

/** Of one member: events name whose doing they were. */
export const staffMemberAccess: AccessRule = { staff: true, apiKey: 'merchant:read' };
const access = staffMemberAccess;
/** Of all of them, and of who is invited: people only. */
export const staffAccess: AccessRule = { staff: 'staff:read' };
export const mayChangeStaff: AccessRule = { staff: 'staff:write' };

export const StaffRole = builder.enumType('StaffRole', {
  description: 'What somebody may do at a merchant.',
  values: described<roles>({
    OWNER: 'Everything. Only owners make and unmake owners, and there is always one.',
    ADMIN: 'Everything, but to make and unmake owners.',
    SUPPORT: 'Reads everything, and changes customers, subscriptions, invoices and payments.',
    ANALYST: 'Reads everything, changes nothing.',
  }),
});

export const StaffMember = builder.prismaObject('StaffMember', {
  description: 'Somebody who works for a merchant.',
  access,
});

addNode(StaffMember, { model: 'staffMember', access, visibleTo: staffMembersVisibleTo });

builder.prismaObjectFields(StaffMember, (t) => ({
  name: t.string({
    access,
    description: 'Full name.',
    select: { user: { select: { name: true, email: true } } },
    resolve: ({ user }) => user.name,
  }),
  email: t.field({
    type: 'EmailAddress',
    access,
    description: 'The address that signs in.',
    select: { user: { select: { name: true, email: true } } },
    resolve: ({ user }) => user.email,
  }),
  role: t.expose('role', { type: StaffRole, access, description: 'What they may do.' }),
  createdAt: t.expose('createdAt', {
    type: 'DateTime',
    access,
    description: 'Since when they are a member.',
  }),
  isViewer: t.boolean({
    access,
    description: 'Whether it is the viewer.',
    select: { id: true },
    resolve: ({ id }, _args, { viewer }) => viewer.kind === 'staff' && viewer.staffMemberId === id,
  }),
}));

builder.queryFields((t) => ({
  staffMembers: t.prismaConnection({
    type: StaffMember,
    cursor: 'id',
    nullable: true,
    access: staffAccess,
    description: 'Everybody who works for the merchant, whoever joined first at the top.',
    totalCount: (_root, _args, { billing, viewer }) =>
      billing.database.staffMember.count({ where: staffMembersVisibleTo(viewer) }),
    resolve: (query, _root, _args, { billing, viewer }) =>
      billing.database.staffMember.findMany({
        ...query,
        where: staffMembersVisibleTo(viewer),
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      }),
  }),
}));

const ChangeStaffRoleInput = builder.inputType('ChangeStaffRoleInput', {
  fields: (t) => ({
    staffMemberId: t.globalID({ for: StaffMember, required: true }),
    role: t.field({ type: StaffRole, required: true, description: 'What they are to be.' }),
  }),
});

const RemoveStaffMemberInput = builder.inputType('RemoveStaffMemberInput', {
  fields: (t) => ({ staffMemberId: t.globalID({ for: StaffMember, required: true }) }),
});

builder.mutationFields((t) => ({
  changeStaffRole: t.field({
    type: StaffMember,
    nullable: true,
    access: mayChangeStaff,
    description:
      'Gives a member of staff another role, which counts at once, in what they have open too. Open invitations of theirs that the new role could not make are revoked. ConflictError: OWNER_REQUIRED or LAST_OWNER.',
    errors: { types: [NotFoundError, ConflictError] },
    args: { input: t.arg({ type: ChangeStaffRoleInput, required: true }) },
    resolve: (_root, { input: { staffMemberId, role } }, { billing, viewer }) =>
      changeStaffRole(billing, viewer, { staffMemberId: staffMemberId.id, role }),
  }),
  removeStaffMember: t.field({
    type: Deleted,
    nullable: true,
    access: mayChangeStaff,
    description:
      'Takes a member out of the staff: what they have open ends at once, and their open invitations are revoked. ConflictError: OWNER_REQUIRED or LAST_OWNER.',
    errors: { types: [NotFoundError, ConflictError] },
    args: { input: t.arg({ type: RemoveStaffMemberInput, required: true }) },
    resolve: async (_root, { input }, { billing, viewer }) => {
      const { id } = await removeStaffMember(billing, viewer, {
        staffMemberId: input.staffMemberId.id,
      });
      return { id: encodeGlobalID('StaffMember', id) };
    },
  }),
}));

/** Whose staff somebody is: one person may work for several merchants, in a session for one of them. */
import { staffViewerOf } from '@4geeks/billing/merchant/resolve-staff-member';
import { switchMerchant } from '@4geeks/billing/merchant/switch-merchant';
import { ForbiddenError } from '@4geeks/billing/errors';
import type { StaffRole as roles } from '@4geeks/prisma';
import { encodeGlobalID } from '@pothos/plugin-relay';
import { RequestCache } from '@pothos/plugin-scope-auth';
import { everyone } from './access/access-plugin.ts';
import { builder } from './builder.ts';
import { NotFoundError } from './errors.ts';
import { Merchant } from './merchant.ts';
import { StaffMember, StaffRole } from './staff-member.ts';
import { Viewer } from './viewer.ts';

const StaffAccount = builder.objectRef<{ email: string }>('StaffAccount').implement({
  description: 'Whoever is signed in to the console, whether or not they work for anybody.',
  access: 'inherits',
  fields: (t) => ({
    email: t.expose('email', { type: 'EmailAddress', description: 'The address that signed in.' }),
  }),
});

const StaffMembership = builder
  .objectRef<{ merchantId: string; merchantName: string; role: roles; isCurrent: boolean }>(
    'StaffMembership',
  )
  .implement({
    description: 'A merchant that the viewer works for.',
    access: 'inherits',
    fields: (t) => ({
      merchantId: t.id({
        description: 'Global id of the merchant: for `switchMerchant`.',
        resolve: ({ merchantId }) => encodeGlobalID('Merchant', merchantId),
      }),
      merchantName: t.exposeString('merchantName', { description: 'Its name.' }),
      role: t.expose('role', { type: StaffRole, description: 'What they may do there.' }),
      isCurrent: t.exposeBoolean('isCurrent', {
        description: 'Whether the session is at this one.',
      }),
    }),
  });

builder.objectFields(Viewer, (t) => ({
  staffAccount: t.field({
    type: StaffAccount,
    nullable: true,
    access: everyone,
    description:
      'Whoever is signed in to the console. They may have been removed from every staff: then they are nobody (ANONYMOUS) to everything else. Null for others.',
    resolve: (_viewer, _args, context) => context.staffSession(),
  }),
  staffMemberships: t.field({
    type: [StaffMembership],
    description:
      'The merchants that a member of staff works for, the first joined first. Empty for others.',
    resolve: async (viewer, _args, { billing }) => {
      if (viewer.kind !== 'staff') return [];
      const members = await billing.database.staffMember.findMany({
        where: { userId: viewer.userId },
        select: { merchantId: true, role: true, merchant: { select: { name: true } } },
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      });
      return members.map(({ merchantId, role, merchant }) => ({
        merchantId,
        role,
        merchantName: merchant.name,
        isCurrent: merchantId === viewer.merchantId,
      }));
    },
  }),
}));

const SwitchMerchantInput = builder.inputType('SwitchMerchantInput', {
  fields: (t) => ({ merchantId: t.globalID({ for: Merchant, required: true }) }),
});

builder.mutationField('switchMerchant', (t) =>
  t.field({
    type: StaffMember,
    nullable: true,
    access: { staff: true },
    description:
      'Goes to another merchant that the viewer works for: from the next request on, the session is there.',
    errors: { types: [NotFoundError] },
    args: { input: t.arg({ type: SwitchMerchantInput, required: true }) },
    resolve: async (_root, { input }, context) => {
      const { viewer, billing } = context;
      const session = await context.staffSession();
      if (viewer.kind !== 'staff' || !session) throw new ForbiddenError('SIGN_IN');
      const member = await switchMerchant(billing, viewer, {
        merchantId: input.merchantId.id,
        staffSessionId: session.id,
      });
      context.viewer = staffViewerOf(member);
      RequestCache.clearForContext(context);
      return member;
    },
  }),
);

/** Who is asking. */
import {
  portalPermissions,
  scopes,
  type Viewer as ViewerShape,
} from '@4geeks/billing/access/viewer';
import { readSessionReturnUrl } from '@4geeks/billing/portal/read-return-url';
import { everyone } from './access/access-plugin.ts';
import { builder } from './builder.ts';
import { Customer } from './customer.ts';
import { Merchant } from './merchant.ts';
import { PortalPermission } from './portal.ts';
import { StaffMember } from './staff-member.ts';

const ViewerKind = builder.enumType('ViewerKind', {
  description: 'How somebody came in.',
  values: {
    STAFF: { value: 'staff', description: 'Signed in to the console.' },
    CUSTOMER: { value: 'customer', description: 'Signed in to a portal.' },
    API_KEY: { value: 'apiKey', description: 'A program with a key.' },
    ANONYMOUS: { value: 'anonymous', description: 'Nobody known.' },
  } as const,
});

export const Viewer = builder.objectRef<ViewerShape>('Viewer').implement({
  description: 'Who is asking, and what they may do right now.',
  access: 'inherits',
  fields: (t) => ({
    kind: t.expose('kind', { type: ViewerKind, description: 'How they came in.' }),
    staffMember: t.prismaField({
      type: StaffMember,
      nullable: true,
      access: everyone,
      description: 'The member of staff. Null for others.',
      resolve: (query, viewer, _args, { billing }) =>
        viewer.kind === 'staff'
          ? billing.database.staffMember.findUnique({
              ...query,
              where: { id: viewer.staffMemberId },
            })
          : null,
    }),
    customer: t.prismaField({
      type: Customer,
      nullable: true,
      access: everyone,
      description: 'The customer. Null for others.',
      resolve: (query, viewer, _args, { billing }) =>
        viewer.kind === 'customer'
          ? billing.database.customer.findUnique({ ...query, where: { id: viewer.customerId } })
          : null,
    }),
    merchant: t.prismaField({
      type: Merchant,
      nullable: true,
      // Others get null from the resolver, without an error.
      access: { staff: 'merchant:read', apiKey: 'merchant:read', portal: true, anonymous: true },
      description: 'Whose business it is, for staff and API keys. Null for others.',
      resolve: (query, viewer, _args, { billing }) =>
        viewer.kind === 'staff' || viewer.kind === 'apiKey'
          ? billing.database.merchant.findUnique({ ...query, where: { id: viewer.merchantId } })
          : null,
    }),
    portalPermissions: t.field({
      type: [PortalPermission],
      description: 'Permissions of a portal customer right now. Empty for others.',
      resolve: (viewer) =>
        viewer.kind === 'customer'
          ? portalPermissions.filter((permission) => viewer.permissions.has(permission))
          : [],
    }),
    portalReturnUrl: t.field({
      type: 'URL',
      nullable: true,
      description:
        "Where the portal offers to go back to, in a session that a merchant's own pages began. Null for others.",
      resolve: (viewer, _args, { billing }) =>
        viewer.kind === 'customer' ? readSessionReturnUrl(billing, viewer) : null,
    }),
    scopes: t.stringList({
      description: 'Scopes of staff or of an API key. Empty for others.',
      resolve: (viewer) =>
        viewer.kind === 'staff' || viewer.kind === 'apiKey'
          ? scopes.filter((scope) => viewer.scopes.has(scope))
          : [],
    }),
  }),
});

builder.queryFields((t) => ({
  viewer: t.field({
    type: Viewer,
    access: everyone,
    description: 'Who is asking.',
    resolve: (_root, _args, { viewer }) => viewer,
  }),
}));

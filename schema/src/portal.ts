/** The Customer Portal: its public face, its settings, and signing in to it. */
import type { AccessRule } from '@4geeks/billing/access/rule';
import { portalPermissions, permissionsOf } from '@4geeks/billing/access/viewer';
import { disablePortal } from '@4geeks/billing/portal/disable-portal';
import { enablePortal } from '@4geeks/billing/portal/enable-portal';
import { logoPath, portalUrl } from '@4geeks/billing/portal/portal-url';
import { updatePortalBranding } from '@4geeks/billing/portal/update-portal-branding';
import { updatePortalPermissions } from '@4geeks/billing/portal/update-portal-permissions';
import type { PortalSettings as PortalSettingsRow } from '@4geeks/prisma';
import { everyone } from './access/access-plugin.ts';
import { builder } from './builder.ts';
import { ConflictError, InvalidInputError } from './errors.ts';
import { liveEvents } from './live/live-events.ts';
import { Locale } from './money.ts';

export const portalSettingsAccess: AccessRule = { staff: 'portal:read', apiKey: 'portal:read' };

/** What every signed-in customer may see beside the portal's face: nothing more. */
const permissionDescriptions = {
  UPDATE_PAYMENT_METHODS: 'Add, remove and choose payment methods.',
  VIEW_PAYMENT_HISTORY: 'See paid invoices and payments. What is owed is always shown.',
  DOWNLOAD_INVOICES: 'Download invoices as PDF.',
  CANCEL_SUBSCRIPTION: 'Cancel at the end of the period, and take it back.',
} as const;

export const PortalPermission = builder.enumType('PortalPermission', {
  description: 'What a merchant may let its customers do in the portal.',
  values: Object.fromEntries(
    portalPermissions.map((name) => [name, { description: permissionDescriptions[name] }]),
  ) as Record<(typeof portalPermissions)[number], { description: string }>,
});

export const Portal = builder.prismaObject('PortalSettings', {
  variant: 'Portal',
  description:
    "The public face of a merchant's Customer Portal: what anybody may see before signing in.",
  access: everyone,
  include: { merchant: { select: { supportEmail: true, locale: true } } },
  fields: (t) => ({
    slug: t.string({
      access: everyone,
      description: 'Names the portal in its address.',
      resolve: ({ slug }) => slug ?? '',
    }),
    url: t.field({
      type: 'URL',
      access: everyone,
      description: 'Absolute address of the portal.',
      resolve: ({ slug }, _args, { billing }) => portalUrl(billing.publicUrl, slug ?? ''),
    }),
    available: t.exposeBoolean('enabled', {
      access: everyone,
      description:
        'False while the merchant has the portal switched off: signing in and everything of customers is closed then.',
    }),
    companyName: t.exposeString('companyName', {
      access: everyone,
      description: 'Shown in the header and in the browser tab.',
    }),
    primaryColor: t.expose('primaryColor', {
      type: 'HexColorCode',
      access: everyone,
      description: 'Colour of buttons and links.',
    }),
    logoUrl: t.string({
      access: everyone,
      nullable: true,
      description:
        'Root-relative address of the logo, by its content: it never serves an old image. Null without a logo.',
      resolve: logoUrl,
    }),
    supportEmail: t.field({
      type: 'EmailAddress',
      access: everyone,
      description: 'Where customers turn for help.',
      resolve: ({ merchant }) => merchant.supportEmail,
    }),
    locale: t.field({
      type: Locale,
      access: everyone,
      description: "The merchant's language, for visitors whose own is not known.",
      resolve: ({ merchant }) => merchant.locale,
    }),
    permissions: t.field({
      type: [PortalPermission],
      access: everyone,
      description: 'What customers may do here.',
      resolve: (settings) => [...permissionsOf(settings)],
    }),
    version: t.exposeInt('version', { access: everyone, description: 'Grows with every save.' }),
  }),
});

export const PortalSettings = builder.prismaObject('PortalSettings', {
  description: "A merchant's choices for its Customer Portal.",
  access: portalSettingsAccess,
  fields: (t) => ({
    enabled: t.exposeBoolean('enabled', {
      access: portalSettingsAccess,
      description: 'Whether customers may come in.',
    }),
    slug: t.exposeString('slug', {
      access: portalSettingsAccess,
      nullable: true,
      description: 'Generated when the portal is first enabled, then kept. Null before.',
    }),
    url: t.field({
      type: 'URL',
      access: portalSettingsAccess,
      nullable: true,
      description: 'The link to share with customers. Null before the portal was first enabled.',
      resolve: ({ slug }, _args, { billing }) => slug && portalUrl(billing.publicUrl, slug),
    }),
    companyName: t.exposeString('companyName', {
      access: portalSettingsAccess,
      description: 'Shown in the header and in the browser tab.',
    }),
    primaryColor: t.expose('primaryColor', {
      type: 'HexColorCode',
      access: portalSettingsAccess,
      description: 'Colour of buttons and links.',
    }),
    logoUrl: t.string({
      access: portalSettingsAccess,
      nullable: true,
      description: 'Root-relative address of the logo. Null without one.',
      resolve: logoUrl,
    }),
    permissions: t.field({
      type: [PortalPermission],
      access: portalSettingsAccess,
      description: 'What customers may do in the portal.',
      resolve: (settings) => [...permissionsOf(settings)],
    }),
    version: t.exposeInt('version', {
      access: portalSettingsAccess,
      description: 'Grows with every save.',
    }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      access: portalSettingsAccess,
      description: 'When it was last saved.',
    }),
  }),
});

function logoUrl({ merchantId, logoHash }: PortalSettingsRow): string | null {
  return logoHash && logoPath(merchantId, logoHash);
}

builder.queryFields((t) => ({
  portal: t.prismaField({
    type: Portal,
    nullable: true,
    access: everyone,
    description: 'The portal with this slug. Null when there is none.',
    args: {
      slug: t.arg.string({ required: true, description: 'What stands in its address.' }),
    },
    resolve: (query, _root, { slug }, { billing }) =>
      billing.database.portalSettings.findUnique({ ...query, where: { slug } }),
  }),
}));

builder.subscriptionFields((t) => ({
  portalChanged: t.prismaField({
    type: Portal,
    nullable: true,
    access: everyone,
    extensions: { sameForAll: true },
    description: "A portal's public face, again after every save: open pages repaint.",
    args: {
      slug: t.arg.string({ required: true, description: 'What stands in its address.' }),
    },
    subscribe: async (_root, { slug }, { billing, subscribe }) => {
      const portal = await billing.database.portalSettings.findUnique({
        where: { slug },
        select: { merchantId: true },
      });
      return liveEvents(
        subscribe,
        portal ? [{ kind: 'portal', merchantId: portal.merchantId }] : [],
      );
    },
    resolve: (query, _event, { slug }, { billing }) =>
      billing.database.portalSettings.findUnique({ ...query, where: { slug } }),
  }),
}));

const mayWrite: AccessRule = { staff: 'portal:write', apiKey: 'portal:write' };

const UpdatePortalBrandingInput = builder.inputType('UpdatePortalBrandingInput', {
  fields: (t) => ({
    companyName: t.string({ required: true, description: 'At most 80 characters.' }),
    primaryColor: t.string({ required: true, description: '#rgb or #rrggbb.' }),
    logo: t.field({
      type: 'File',
      description:
        'PNG, at most 512 KiB and 2000 x 1000 pixels; 200 x 50 with a transparent background looks best. Absent: unchanged.',
    }),
    removeLogo: t.boolean({ description: 'true: no logo from now on.' }),
  }),
});

const UpdatePortalPermissionsInput = builder.inputType('UpdatePortalPermissionsInput', {
  fields: (t) => ({
    permissions: t.field({
      type: [PortalPermission],
      required: true,
      description: 'All that customers may do from now on.',
    }),
  }),
});

builder.mutationFields((t) => ({
  enablePortal: t.field({
    type: PortalSettings,
    nullable: true,
    access: mayWrite,
    description: 'Lets customers in. The first time, the unique address is generated.',
    errors: { types: [ConflictError] },
    resolve: (_root, _args, { billing, viewer }) => enablePortal(billing, viewer),
  }),
  disablePortal: t.field({
    type: PortalSettings,
    nullable: true,
    access: mayWrite,
    description: 'Closes the portal for everybody. Its address is kept.',
    resolve: (_root, _args, { billing, viewer }) => disablePortal(billing, viewer),
  }),
  updatePortalBranding: t.field({
    type: PortalSettings,
    nullable: true,
    access: mayWrite,
    description: 'Saves how the portal looks. Open portals repaint at once.',
    errors: { types: [InvalidInputError] },
    args: { input: t.arg({ type: UpdatePortalBrandingInput, required: true }) },
    resolve: async (_root, { input }, { billing, viewer }) =>
      updatePortalBranding(billing, viewer, {
        companyName: input.companyName,
        primaryColor: input.primaryColor,
        logo: input.logo
          ? new Uint8Array(await input.logo.arrayBuffer())
          : input.removeLogo
            ? null
            : undefined,
      }),
  }),
  updatePortalPermissions: t.field({
    type: PortalSettings,
    nullable: true,
    access: mayWrite,
    description: 'Sets what customers may do. Takes effect on open portals too.',
    errors: { types: [InvalidInputError] },
    args: { input: t.arg({ type: UpdatePortalPermissionsInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      updatePortalPermissions(billing, viewer, { permissions: input.permissions }),
  }),
}));

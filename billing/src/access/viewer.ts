/**
 * Who is asking, and what they may do. One vocabulary for staff roles, API-key scopes and portal
 * permissions; `schema` puts it on fields, use cases check it again.
 */
import type { MerchantMode, PortalSettings, StaffRole } from '@4geeks/prisma';

/** What staff roles and API keys are granted, as `noun:verb`. */
export const scopes = [
  'merchant:read',
  'merchant:write',
  'portal:read',
  'portal:write',
  'portal-sessions:write',
  'notifications:read',
  'notifications:write',
  'customers:read',
  'customers:write',
  'products:read',
  'products:write',
  'subscriptions:read',
  'subscriptions:write',
  'invoices:read',
  'invoices:write',
  'payments:read',
  'payments:write',
  'payment-methods:read',
  'payment-methods:write',
  'events:read',
  'webhooks:read',
  'webhooks:write',
  'api-keys:read',
  'api-keys:write',
  'staff:read',
  'staff:write',
] as const;
export type Scope = (typeof scopes)[number];

/** Those that a key can have: keys and members of staff are made, seen and ended by people. */
export const apiKeyScopes: readonly Scope[] = scopes.filter(
  (scope) => !/^(api-keys|staff):/.test(scope),
);

/** What a merchant lets its customers do in the portal. */
export const portalPermissions = [
  'UPDATE_PAYMENT_METHODS',
  'VIEW_PAYMENT_HISTORY',
  'DOWNLOAD_INVOICES',
  'CANCEL_SUBSCRIPTION',
] as const;
export type PortalPermission = (typeof portalPermissions)[number];

/** What one portal session brings with it, whatever the merchant's permissions are. */
export const sessionGrants = [
  /** It was made with prices on offer: its customer may change one subscription to one of them. */
  'PLAN_OFFER',
] as const;
export type SessionGrant = (typeof sessionGrants)[number];

const reading = apiKeyScopes.filter((scope) => scope.endsWith(':read'));

/** Scopes of each staff role. */
export const scopesOfRole: Record<StaffRole, readonly Scope[]> = {
  OWNER: scopes,
  ADMIN: scopes,
  SUPPORT: [
    ...reading,
    'customers:write',
    'subscriptions:write',
    'invoices:write',
    'payments:write',
    'payment-methods:write',
  ],
  ANALYST: reading,
};

/** When a session or key ends by itself, by the installation's clock; absent: not. */
export type SessionEnd = Date;

export interface StaffViewer {
  kind: 'staff';
  merchantId: string;
  userId: string;
  staffMemberId: string;
  role: StaffRole;
  scopes: ReadonlySet<Scope>;
  endsAt?: SessionEnd;
}

/** A customer in the portal. `permissions` are the merchant's settings, read for this request. */
export interface CustomerViewer {
  kind: 'customer';
  merchantId: string;
  customerId: string;
  portalSessionId: string;
  permissions: ReadonlySet<PortalPermission>;
  grants: ReadonlySet<SessionGrant>;
  endsAt?: SessionEnd;
}

export interface ApiKeyViewer {
  kind: 'apiKey';
  merchantId: string;
  apiKeyId: string;
  mode: MerchantMode;
  scopes: ReadonlySet<Scope>;
  endsAt?: SessionEnd;
}

export interface AnonymousViewer {
  kind: 'anonymous';
}

/** Jobs and seeds acting for nobody. Never comes from a request. */
export interface SystemViewer {
  kind: 'system';
  merchantId: string;
}

/** Jobs that work for several merchants at once. Calls no use case: those are for one merchant. */
export interface InstallationActor {
  kind: 'installation';
}

/** Whoever can come in over the API. */
export type Viewer = StaffViewer | CustomerViewer | ApiKeyViewer | AnonymousViewer;
/** Whoever can call a use case. */
export type Actor = Viewer | SystemViewer;

/** What limits and turns count a viewer by. @returns null for nobody. */
export function nameOfViewer(viewer: Viewer): string | null {
  switch (viewer.kind) {
    case 'anonymous':
      return null;
    case 'customer':
      return viewer.portalSessionId;
    case 'staff':
      return viewer.staffMemberId;
    case 'apiKey':
      return viewer.apiKeyId;
  }
}

export const installation: InstallationActor = { kind: 'installation' };
export const anonymous: AnonymousViewer = { kind: 'anonymous' };

/** @returns the permissions that `settings` grant. */
export function permissionsOf(
  settings: Pick<
    PortalSettings,
    | 'allowUpdatePaymentMethods'
    | 'allowViewPaymentHistory'
    | 'allowDownloadInvoices'
    | 'allowCancelSubscription'
  >,
): Set<PortalPermission> {
  const permissions = new Set<PortalPermission>();
  if (settings.allowUpdatePaymentMethods) permissions.add('UPDATE_PAYMENT_METHODS');
  if (settings.allowViewPaymentHistory) permissions.add('VIEW_PAYMENT_HISTORY');
  if (settings.allowDownloadInvoices) permissions.add('DOWNLOAD_INVOICES');
  if (settings.allowCancelSubscription) permissions.add('CANCEL_SUBSCRIPTION');
  return permissions;
}

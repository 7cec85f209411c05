import type { PortalPermission } from '#lib/gql/graphql.ts';
import { m } from '#lib/paraglide/messages.js';

type Words = { label: () => string; hint: () => string };

const words: Record<PortalPermission, Words> = {
  UPDATE_PAYMENT_METHODS: {
    label: m.common_permission_update_payment_methods,
    hint: m.console_permission_update_payment_methods_hint,
  },
  VIEW_PAYMENT_HISTORY: {
    label: m.common_permission_view_payment_history,
    hint: m.console_permission_view_payment_history_hint,
  },
  DOWNLOAD_INVOICES: {
    label: m.common_permission_download_invoices,
    hint: m.console_permission_download_invoices_hint,
  },
  CANCEL_SUBSCRIPTION: {
    label: m.common_permission_cancel_subscription,
    hint: m.console_permission_cancel_subscription_hint,
  },
};

/** Every permission, in the order the settings list them. */
export const portalPermissions = Object.keys(words) as PortalPermission[];

export function permissionText(permission: PortalPermission): string {
  return words[permission]?.label() ?? permission;
}

/** What the permission allows. */
export function permissionHint(permission: PortalPermission): string {
  return words[permission].hint();
}

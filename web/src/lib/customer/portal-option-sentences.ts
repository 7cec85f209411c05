import type { PortalOptionName, PortalOptionReason } from '#lib/gql/graphql.ts';
import { m } from '#lib/paraglide/messages.js';

const options: Record<PortalOptionName, () => string> = {
  SIGN_IN: m.console_portal_option_sign_in,
  PAY_INVOICE: m.console_portal_option_pay_invoice,
  ADD_PAYMENT_METHOD: m.console_portal_option_add_payment_method,
  REMOVE_PAYMENT_METHOD: m.console_portal_option_remove_payment_method,
  VIEW_PAYMENT_HISTORY: m.console_portal_option_view_payment_history,
  DOWNLOAD_INVOICES: m.console_portal_option_download_invoices,
  CANCEL_SUBSCRIPTION: m.console_portal_option_cancel_subscription,
  CHANGE_PLAN: m.console_portal_option_change_plan,
};

const reasons: Record<PortalOptionReason, () => string> = {
  PORTAL_DISABLED: m.console_portal_reason_portal_disabled,
  PERMISSION_OFF: m.console_portal_reason_permission_off,
  NO_OPEN_INVOICE: m.console_portal_reason_no_open_invoice,
  ALREADY_COLLECTING: m.console_portal_reason_already_collecting,
  NO_PAYMENT_METHOD: m.console_portal_reason_no_payment_method,
  LAST_PAYMENT_METHOD: m.console_portal_reason_last_payment_method,
  PAYMENT_METHOD_IN_USE: m.console_portal_reason_payment_method_in_use,
  NO_INVOICE: m.console_portal_reason_no_invoice,
  NO_SUBSCRIPTION: m.console_portal_reason_no_subscription,
  ALREADY_CANCELING: m.console_portal_reason_already_canceling,
  NO_PLAN_OFFER: m.console_portal_reason_no_plan_offer,
  PLAN_OFFER_CLOSED: m.console_portal_reason_plan_offer_closed,
};

export function optionText(option: PortalOptionName): string {
  return options[option]?.() ?? option;
}

/** Why a customer misses an option. */
export function missingBecause(reason: PortalOptionReason | null | undefined): string {
  return (reason && reasons[reason]?.()) ?? m.console_portal_reason_other();
}

/**
 * What one customer can do in the portal right now, and why not. Pure; what the use cases refuse is
 * decided by them, and a test holds this to what they do.
 */
import type { PortalPermission } from '../access/viewer.ts';

/** What the portal offers, in the order it is told. */
export const portalOptions = [
  'SIGN_IN',
  'PAY_INVOICE',
  'ADD_PAYMENT_METHOD',
  'REMOVE_PAYMENT_METHOD',
  'VIEW_PAYMENT_HISTORY',
  'DOWNLOAD_INVOICES',
  'CANCEL_SUBSCRIPTION',
  'CHANGE_PLAN',
] as const;
export type PortalOption = (typeof portalOptions)[number];

/** Why an option is missing; of several the first. */
export const portalOptionReasons = [
  'PORTAL_DISABLED',
  'PERMISSION_OFF',
  'NO_OPEN_INVOICE',
  'ALREADY_COLLECTING',
  'NO_PAYMENT_METHOD',
  'LAST_PAYMENT_METHOD',
  'PAYMENT_METHOD_IN_USE',
  'NO_INVOICE',
  'NO_SUBSCRIPTION',
  'ALREADY_CANCELING',
  'NO_PLAN_OFFER',
  'PLAN_OFFER_CLOSED',
] as const;
export type PortalOptionReason = (typeof portalOptionReasons)[number];

export interface PortalOptionFacts {
  enabled: boolean;
  permissions: ReadonlySet<PortalPermission>;
  subscriptions: { alive: number; canceling: number };
  /** In sessions that are signed in. `open`: that something can be chosen from, as things stand. */
  planOffers: { all: number; open: number };
  /** `collecting`: open with a payment in flight. */
  invoices: { finalized: number; open: number; collecting: number };
  /** `busy`: with a payment in progress. The others are those that are not the default. */
  methods: { all: number; busy: number; others: number; busyOthers: number; hasDefault: boolean };
}

/** @returns null when the customer has the option. */
export function missingPortalOption(
  option: PortalOption,
  facts: PortalOptionFacts,
): PortalOptionReason | null {
  if (!facts.enabled) return 'PORTAL_DISABLED';
  const permission = permissionFor[option];
  if (permission && !facts.permissions.has(permission)) return 'PERMISSION_OFF';
  const { subscriptions, planOffers, invoices, methods } = facts;
  switch (option) {
    case 'SIGN_IN':
    case 'ADD_PAYMENT_METHOD':
    case 'VIEW_PAYMENT_HISTORY':
      return null;
    case 'PAY_INVOICE':
      if (invoices.open === 0) return 'NO_OPEN_INVOICE';
      if (invoices.open === invoices.collecting) return 'ALREADY_COLLECTING';
      return methods.hasDefault ? null : 'NO_PAYMENT_METHOD';
    case 'REMOVE_PAYMENT_METHOD':
      if (methods.all === 0) return 'NO_PAYMENT_METHOD';
      if (methods.all > 1) {
        return methods.busyOthers < methods.others ? null : 'PAYMENT_METHOD_IN_USE';
      }
      if (subscriptions.alive + invoices.open > 0) return 'LAST_PAYMENT_METHOD';
      return methods.busy === 0 ? null : 'PAYMENT_METHOD_IN_USE';
    case 'DOWNLOAD_INVOICES':
      return invoices.finalized > 0 ? null : 'NO_INVOICE';
    case 'CANCEL_SUBSCRIPTION':
      if (subscriptions.alive === 0) return 'NO_SUBSCRIPTION';
      return subscriptions.canceling < subscriptions.alive ? null : 'ALREADY_CANCELING';
    case 'CHANGE_PLAN':
      if (planOffers.all === 0) return 'NO_PLAN_OFFER';
      return planOffers.open > 0 ? null : 'PLAN_OFFER_CLOSED';
  }
}

const permissionFor: Record<PortalOption, PortalPermission | null> = {
  SIGN_IN: null,
  PAY_INVOICE: null,
  ADD_PAYMENT_METHOD: 'UPDATE_PAYMENT_METHODS',
  REMOVE_PAYMENT_METHOD: 'UPDATE_PAYMENT_METHODS',
  VIEW_PAYMENT_HISTORY: 'VIEW_PAYMENT_HISTORY',
  DOWNLOAD_INVOICES: 'DOWNLOAD_INVOICES',
  CANCEL_SUBSCRIPTION: 'CANCEL_SUBSCRIPTION',
  CHANGE_PLAN: null,
};

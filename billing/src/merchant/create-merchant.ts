import type { DunningFinalAction, Locale, Merchant, MerchantMode } from '@4geeks/prisma';
import type { Billing } from '../ports.ts';

/** Retried 3, 5 and 7 days after the failure before. */
const defaultRetryDays = [3, 5, 7];

/** Declines that the same method will not get over: retried only after it changes. */
const defaultHardDeclineCodes = [
  'expired_card',
  'incorrect_number',
  'lost_card',
  'stolen_card',
  'pickup_card',
  'revocation_of_authorization',
  'revocation_of_all_authorizations',
  'authentication_required',
  'highest_risk_level',
  'transaction_not_allowed',
];

export interface CreateMerchantInput {
  name: string;
  /** For ever. Default SANDBOX. */
  mode?: MerchantMode;
  /** ISO 4217. */
  currency: string;
  locale: Locale;
  /** IANA. */
  timeZone: string;
  supportEmail: string;
  /** Lines separated by newlines. */
  address: string;
  taxId?: string;
  /** Upper-case letters and digits; invoices are numbered PREFIX-000001. */
  invoicePrefix: string;
  finalAction?: DunningFinalAction;
}

/**
 * A new tenant with its portal (switched off) and its first dunning policy. Called by the
 * installation itself (seeds, provisioning), never through the API, and so without an actor.
 */
export async function createMerchant(
  billing: Billing,
  input: CreateMerchantInput,
): Promise<Merchant> {
  const { finalAction = 'LEAVE_PAST_DUE', ...facts } = input;
  const now = billing.clock.now();
  return billing.database.merchant.create({
    data: {
      ...facts,
      createdAt: now,
      portalSettings: { create: { companyName: input.name } },
      dunningPolicies: {
        create: {
          version: 1,
          retryDays: defaultRetryDays,
          hardDeclineCodes: defaultHardDeclineCodes,
          finalAction,
          createdAt: now,
        },
      },
    },
  });
}

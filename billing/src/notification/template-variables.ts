/** What a template may use, per kind. Every value is a string, ready to be read, '' when unknown. */
import type { NotificationKind } from '@4geeks/prisma';

/** Variables of each kind, in the order the console lists them. */
const names = {
  INVOICE_CREATED: [
    'customer_portal_link',
    'customer_name',
    'company_name',
    'support_email',
    'invoice_number',
    'amount_due',
    'currency',
    'due_date',
    'period_start',
    'period_end',
    'subscription_name',
    'card_brand',
    'card_last4',
  ],
  PAYMENT_FAILED: [
    'customer_portal_link',
    'customer_name',
    'company_name',
    'support_email',
    'decline_reason',
    'next_attempt_date',
    'invoice_number',
    'amount_due',
    'currency',
    'due_date',
    'period_start',
    'period_end',
    'subscription_name',
    'card_brand',
    'card_last4',
  ],
  PAYMENT_RECEIPT: [
    'customer_portal_link',
    'customer_name',
    'company_name',
    'support_email',
    'invoice_number',
    'amount_paid',
    'currency',
    'paid_at',
    'period_start',
    'period_end',
    'subscription_name',
    'card_brand',
    'card_last4',
  ],
  PAYMENT_ACTION_REQUIRED: [
    'customer_portal_link',
    'customer_name',
    'company_name',
    'support_email',
    'confirm_by',
    'invoice_number',
    'amount_due',
    'currency',
    'due_date',
    'period_start',
    'period_end',
    'subscription_name',
    'card_brand',
    'card_last4',
  ],
  PAYMENT_METHOD_EXPIRING: [
    'customer_portal_link',
    'customer_name',
    'company_name',
    'support_email',
    'expiry_date',
    'subscription_name',
    'card_brand',
    'card_last4',
  ],
  WEBHOOK_DISABLED: [
    'staff_name',
    'company_name',
    'webhook_url',
    'webhook_gone',
    'failing_since',
    'last_answer',
  ],
  STAFF_INVITATION: [
    'invitation_link',
    'inviter_name',
    'company_name',
    'staff_role',
    'expiry_date',
  ],
  SIGN_IN_LINK: [
    'sign_in_link',
    'sign_in_code',
    'expires_in_minutes',
    'customer_name',
    'company_name',
    'support_email',
  ],
} as const satisfies Record<NotificationKind, readonly string[]>;

export type VariableName<Kind extends NotificationKind = NotificationKind> =
  (typeof names)[Kind][number];

/** Values for one mail of `Kind`; of several kinds, for one of them. */
export type NotificationVariables<Kind extends NotificationKind = NotificationKind> =
  Kind extends NotificationKind ? Readonly<Record<VariableName<Kind>, string>> : never;

export interface TemplateVariable {
  name: VariableName;
  /** Key of its description in the message catalogues. */
  descriptionKey: string;
  /** The mail does without it, but should not: missing it is a warning. */
  recommended: boolean;
}

function describe(kind: NotificationKind): TemplateVariable[] {
  return names[kind].map((name) => ({
    name,
    descriptionKey: `notification_variable_${name}`,
    recommended: name === 'customer_portal_link' && kind !== 'PAYMENT_RECEIPT',
  }));
}

export const templateVariables: Record<NotificationKind, readonly TemplateVariable[]> = {
  INVOICE_CREATED: describe('INVOICE_CREATED'),
  PAYMENT_FAILED: describe('PAYMENT_FAILED'),
  PAYMENT_RECEIPT: describe('PAYMENT_RECEIPT'),
  PAYMENT_ACTION_REQUIRED: describe('PAYMENT_ACTION_REQUIRED'),
  PAYMENT_METHOD_EXPIRING: describe('PAYMENT_METHOD_EXPIRING'),
  WEBHOOK_DISABLED: describe('WEBHOOK_DISABLED'),
  STAFF_INVITATION: describe('STAFF_INVITATION'),
  SIGN_IN_LINK: describe('SIGN_IN_LINK'),
};

/** Variables that hold an address: bare in a text, they become links. */
export const linkVariables: readonly VariableName[] = [
  'customer_portal_link',
  'invitation_link',
  'sign_in_link',
];

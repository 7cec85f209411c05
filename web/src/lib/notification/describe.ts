import type { EmailStatus, NotificationKind } from '#lib/gql/graphql.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Tone } from '#lib/ui/tones.ts';

const names: Record<NotificationKind, () => string> = {
  INVOICE_CREATED: m.console_email_invoice_created,
  PAYMENT_FAILED: m.console_email_payment_failed,
  PAYMENT_RECEIPT: m.console_email_payment_receipt,
  PAYMENT_ACTION_REQUIRED: m.console_email_payment_action_required,
  PAYMENT_METHOD_EXPIRING: m.console_email_payment_method_expiring,
  WEBHOOK_DISABLED: m.console_email_webhook_disabled,
  STAFF_INVITATION: m.console_email_staff_invitation,
  SIGN_IN_LINK: m.console_email_sign_in_link,
};

/** What a mail is called. */
export function templateName(kind: NotificationKind): string {
  return names[kind]?.() ?? kind;
}

const statuses: Record<EmailStatus, { tone: Tone; label: () => string }> = {
  QUEUED: { tone: 'info', label: m.console_email_status_queued },
  SENT: { tone: 'success', label: m.console_email_status_sent },
  BOUNCED: { tone: 'danger', label: m.console_email_status_bounced },
  FAILED: { tone: 'danger', label: m.console_email_status_failed },
};

/** Tone and words of a mail's status badge. */
export function emailBadge(status: EmailStatus): { tone: Tone; label: string } {
  const { tone, label } = statuses[status];
  return { tone, label: label() };
}

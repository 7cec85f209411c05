import type {
  FeedEventFragment,
  Locale,
  NotificationKind,
  PaymentTrigger,
} from '#lib/gql/graphql.ts';
import { dayText, moneyText } from '#lib/i18n/format.ts';
import { languageNames } from '#lib/i18n/locale.ts';
import { templateName } from '#lib/notification/describe.ts';
import { m } from '#lib/paraglide/messages.js';
import { triggerText } from '#lib/payment/triggers.ts';
import { describeMethod } from '#lib/payment-method/describe.ts';
import { permissionText } from '#lib/portal-settings/permissions.ts';
import {
  cancellationReasonText,
  isCancellationReason,
} from '#lib/subscription/cancellation-reasons.ts';

/** Facts of an event. They are JSON: read with care, older events may lack some. */
type Facts = Record<string, unknown>;

const text = (value: unknown) => (typeof value === 'string' ? value : '');

/** @param minor a decimal string of minor units */
function amount(minor: unknown, currency: unknown): string {
  return typeof minor === 'string' && typeof currency === 'string'
    ? moneyText({ amountMinor: minor, currency })
    : '–';
}

const method = (facts: Facts) =>
  describeMethod({ brand: text(facts['brand']), last4: text(facts['last4']) });

const dispute = (facts: Facts) => ({
  amount: amount(facts['amountMinor'], facts['currency']),
  reason: text(facts['reason']),
});

const template = (facts: Facts) => ({
  template: templateName(facts['kind'] as NotificationKind),
  language: languageNames[facts['locale'] as Locale] ?? text(facts['locale']),
});

const webhook = (facts: Facts) => ({ host: text(facts['host']) });

const product = (facts: Facts) => ({ name: text(facts['name']) });

const apiKey = (facts: Facts) => ({ name: text(facts['name']), last4: text(facts['last4']) });

const price = (facts: Facts) => ({
  amount: amount(facts['unitAmountMinor'], facts['currency']),
});

const invoice = (facts: Facts) => ({
  number: text(facts['number']),
  amount: amount(facts['totalMinor'], facts['currency']),
});

function permissionsChanged(facts: Facts): string {
  const granted = Array.isArray(facts['permissions']) ? facts['permissions'] : [];
  return granted.length === 0
    ? m.console_event_portal_permissions_none()
    : m.console_event_portal_permissions_updated({
        permissions: granted.map(permissionText).join(', '),
      });
}

function cancellationScheduled(facts: Facts): string {
  const date = dayText(text(facts['endsAt']));
  const reason = facts['reason'];
  return isCancellationReason(reason)
    ? m.console_event_subscription_cancellation_scheduled_reason({
        date,
        reason: cancellationReasonText(reason),
      })
    : m.console_event_subscription_cancellation_scheduled({ date });
}

const sentences: Record<string, (facts: Facts) => string> = {
  'customer.created': m.console_event_customer_created,
  'customer.updated': m.console_event_customer_updated,
  'customer.signed_in': m.console_event_customer_signed_in,
  'customer.signed_out': m.console_event_customer_signed_out,
  'customer.balance_credited': (facts) =>
    m.console_event_customer_balance_credited({
      amount: amount(facts['amountMinor'], facts['currency']),
    }),
  'customer.balance_applied': (facts) =>
    m.console_event_customer_balance_applied({
      amount: amount(facts['amountMinor'], facts['currency']),
      number: text(facts['number']),
    }),
  'staff_member.added': m.console_event_staff_member_added,
  'staff_member.role_changed': m.console_event_staff_member_role_changed,
  'staff_member.removed': m.console_event_staff_member_removed,
  'staff_member.signed_out': m.console_event_staff_member_signed_out,
  'staff_invitation.created': m.console_event_staff_invitation_created,
  'staff_invitation.resent': m.console_event_staff_invitation_resent,
  'staff_invitation.revoked': m.console_event_staff_invitation_revoked,
  'portal.enabled': m.console_event_portal_enabled,
  'portal.disabled': m.console_event_portal_disabled,
  'portal.branding_updated': m.console_event_portal_branding_updated,
  'portal.permissions_updated': permissionsChanged,
  'portal.return_urls_updated': m.console_event_portal_return_urls_updated,
  'portal_session.created': m.console_event_portal_session_created,
  'notification_template.saved': (facts) => m.console_event_template_saved(template(facts)),
  'notification_template.reset': (facts) => m.console_event_template_reset(template(facts)),
  'product.created': (facts) => m.console_event_product_created(product(facts)),
  'product.updated': (facts) => m.console_event_product_updated(product(facts)),
  'product.archived': (facts) => m.console_event_product_archived(product(facts)),
  'product.unarchived': (facts) => m.console_event_product_unarchived(product(facts)),
  'product.deleted': (facts) => m.console_event_product_deleted(product(facts)),
  'price.created': (facts) => m.console_event_price_created(price(facts)),
  'price.updated': (facts) => m.console_event_price_updated(price(facts)),
  'price.archived': (facts) => m.console_event_price_archived(price(facts)),
  'price.unarchived': (facts) => m.console_event_price_unarchived(price(facts)),
  'tax_rate.created': (facts) => m.console_event_tax_rate_created({ name: text(facts['name']) }),
  'tax_rate.updated': (facts) => m.console_event_tax_rate_updated({ name: text(facts['name']) }),
  'tax_rate.archived': (facts) => m.console_event_tax_rate_archived({ name: text(facts['name']) }),
  'tax_rate.default_changed': (facts) =>
    facts['name'] === null
      ? m.console_event_tax_rate_default_removed()
      : m.console_event_tax_rate_default_changed({ name: text(facts['name']) }),
  'coupon.created': (facts) => m.console_event_coupon_created({ code: text(facts['code']) }),
  'coupon.archived': (facts) => m.console_event_coupon_archived({ code: text(facts['code']) }),
  'discount.applied': (facts) => m.console_event_discount_applied({ code: text(facts['code']) }),
  'discount.removed': (facts) => m.console_event_discount_removed({ code: text(facts['code']) }),
  'subscription.created': (facts) =>
    facts['status'] === 'TRIALING'
      ? m.console_event_subscription_trial()
      : m.console_event_subscription_created(),
  'subscription.renewed': (facts) =>
    m.console_event_subscription_renewed({ date: dayText(text(facts['periodEnd'])) }),
  'subscription.past_due': m.console_event_subscription_past_due,
  'subscription.recovered': m.console_event_subscription_recovered,
  'subscription.cancellation_scheduled': cancellationScheduled,
  'subscription.cancellation_undone': m.console_event_subscription_cancellation_undone,
  'subscription.canceled': m.console_event_subscription_canceled,
  'subscription.unpaid': m.console_event_subscription_unpaid,
  'subscription.paused': (facts) =>
    typeof facts['resumesAt'] === 'string'
      ? m.console_event_subscription_paused_until({ date: dayText(facts['resumesAt']) })
      : m.console_event_subscription_paused(),
  'subscription.resumed': (facts) =>
    m.console_event_subscription_resumed({ date: dayText(text(facts['periodEnd'])) }),
  'subscription.changed': m.console_event_subscription_changed,
  'subscription.change_scheduled': (facts) =>
    m.console_event_subscription_change_scheduled({ date: dayText(text(facts['effectiveAt'])) }),
  'subscription.change_undone': m.console_event_subscription_change_undone,
  'invoice.created': m.console_event_invoice_created,
  'invoice.updated': (facts) =>
    m.console_event_invoice_updated({
      amount: amount(facts['totalMinor'], facts['currency']),
    }),
  'invoice.deleted': m.console_event_invoice_deleted,
  'invoice.finalized': (facts) => m.console_event_invoice_finalized(invoice(facts)),
  'invoice.paid': (facts) =>
    facts['recovered'] === true
      ? m.console_event_invoice_recovered(invoice(facts))
      : m.console_event_invoice_paid(invoice(facts)),
  'invoice.past_due': (facts) =>
    m.console_event_invoice_past_due({ number: text(facts['number']) }),
  'invoice.voided': (facts) => m.console_event_invoice_voided({ number: text(facts['number']) }),
  'invoice.marked_uncollectible': (facts) =>
    m.console_event_invoice_marked_uncollectible({
      number: text(facts['number']),
      amount: amount(facts['amountMinor'], facts['currency']),
    }),
  'credit_note.issued': (facts) =>
    m.console_event_credit_note_issued({
      number: text(facts['number']),
      invoice: text(facts['invoiceNumber']),
      amount: amount(facts['amountMinor'], facts['currency']),
    }),
  'payment.started': (facts) =>
    m.console_event_payment_started({
      number: Number(facts['attemptNumber'] ?? 1),
      trigger: triggerText(facts['trigger'] as PaymentTrigger),
    }),
  'payment.succeeded': (facts) =>
    m.console_event_payment_succeeded({ amount: amount(facts['amountMinor'], facts['currency']) }),
  'payment.failed': (facts) => m.console_event_payment_failed({ code: text(facts['declineCode']) }),
  'payment.requires_action': m.console_event_payment_requires_action,
  'payment.processing': m.console_event_payment_processing,
  'refund.created': (facts) =>
    m.console_event_refund_created({ amount: amount(facts['amountMinor'], facts['currency']) }),
  'refund.succeeded': (facts) =>
    m.console_event_refund_succeeded({ amount: amount(facts['amountMinor'], facts['currency']) }),
  'refund.failed': (facts) =>
    m.console_event_refund_failed({
      amount: amount(facts['amountMinor'], facts['currency']),
      code: text(facts['failureCode']),
    }),
  'dispute.opened': (facts) => m.console_event_dispute_opened(dispute(facts)),
  'dispute.won': (facts) => m.console_event_dispute_won(dispute(facts)),
  'dispute.lost': (facts) => m.console_event_dispute_lost(dispute(facts)),
  'payment_method.expiring': (facts) =>
    m.console_event_payment_method_expiring({ method: method(facts) }),
  'payment_method.added': (facts) =>
    m.console_event_payment_method_added({ method: method(facts) }),
  'payment_method.default_changed': (facts) =>
    m.console_event_payment_method_default_changed({ method: method(facts) }),
  'payment_method.removed': (facts) =>
    m.console_event_payment_method_removed({ method: method(facts) }),
  'payment_method.backup_changed': (facts) =>
    m.console_event_payment_method_backup_changed({ method: method(facts) }),
  'payment_method.backup_cleared': (facts) =>
    m.console_event_payment_method_backup_cleared({ method: method(facts) }),
  'dunning_policy.updated': (facts) =>
    m.console_event_dunning_policy_updated({ version: Number(facts['version'] ?? 1) }),
  'api_key.created': (facts) => m.console_event_api_key_created(apiKey(facts)),
  'api_key.updated': (facts) =>
    m.console_event_api_key_updated({
      previous: text(facts['previousName']),
      name: text(facts['name']),
    }),
  'api_key.rotated': (facts) => m.console_event_api_key_rotated(apiKey(facts)),
  'api_key.revoked': (facts) => m.console_event_api_key_revoked(apiKey(facts)),
  'test_clock.started': (facts) =>
    m.console_event_test_clock_started({ date: dayText(text(facts['now'])) }),
  'test_clock.advance_requested': (facts) =>
    m.console_event_test_clock_advance_requested({ date: dayText(text(facts['target'])) }),
  'test_clock.advanced': (facts) =>
    m.console_event_test_clock_advanced({ date: dayText(text(facts['now'])) }),
  'webhook_endpoint.created': (facts) => m.console_event_webhook_created(webhook(facts)),
  'webhook_endpoint.updated': (facts) =>
    facts['enabled'] === false
      ? m.console_event_webhook_off(webhook(facts))
      : m.console_event_webhook_updated(webhook(facts)),
  'webhook_endpoint.secret_rotated': (facts) =>
    m.console_event_webhook_secret_rotated(webhook(facts)),
  'webhook_endpoint.disabled': (facts) =>
    facts['reason'] === 'GONE'
      ? m.console_event_webhook_gone(webhook(facts))
      : m.console_event_webhook_disabled(webhook(facts)),
  'webhook_endpoint.deleted': (facts) => m.console_event_webhook_deleted(webhook(facts)),
  'webhook_endpoint.tested': (facts) => m.console_event_webhook_tested(webhook(facts)),
  'webhook_endpoint.redelivery_requested': (facts) =>
    m.console_event_webhook_redelivery_requested(webhook(facts)),
  'email.sent': (facts) => m.console_event_email_sent({ template: template(facts).template }),
  'email.bounced': (facts) => m.console_event_email_bounced({ template: template(facts).template }),
};

/** What happened, as one plain sentence. A type this version does not know stands for itself. */
export function eventSentence({ type, data }: Pick<FeedEventFragment, 'type' | 'data'>): string {
  try {
    return sentences[type]?.(data) ?? m.console_event_other({ type });
  } catch {
    // A fact of another shape (a date that is none, say) must not take the page down.
    return m.console_event_other({ type });
  }
}

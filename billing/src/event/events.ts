/**
 * What can happen: every event type with the noun it is about. The types are part of the API
 * (activity feed, webhooks) and are never renamed, only added to.
 */
export const eventTypes = {
  'customer.created': 'customer',
  'customer.updated': 'customer',
  'customer.signed_in': 'customer',
  'customer.signed_out': 'customer',
  'customer.balance_credited': 'customer',
  'customer.balance_applied': 'customer',
  'staff_member.added': 'staff_member',
  'staff_member.role_changed': 'staff_member',
  'staff_member.removed': 'staff_member',
  'staff_member.signed_out': 'staff_member',
  'staff_invitation.created': 'staff_invitation',
  'staff_invitation.resent': 'staff_invitation',
  'staff_invitation.revoked': 'staff_invitation',
  'portal.enabled': 'portal',
  'portal.disabled': 'portal',
  'portal.branding_updated': 'portal',
  'portal.permissions_updated': 'portal',
  'portal.return_urls_updated': 'portal',
  'portal_session.created': 'portal_session',
  'notification_template.saved': 'notification_template',
  'notification_template.reset': 'notification_template',
  'product.created': 'product',
  'product.updated': 'product',
  'product.archived': 'product',
  'product.unarchived': 'product',
  'product.deleted': 'product',
  'price.created': 'price',
  'price.updated': 'price',
  'price.archived': 'price',
  'price.unarchived': 'price',
  'tax_rate.created': 'tax_rate',
  'tax_rate.updated': 'tax_rate',
  'tax_rate.archived': 'tax_rate',
  'tax_rate.default_changed': 'tax_rate',
  'coupon.created': 'coupon',
  'coupon.archived': 'coupon',
  'discount.applied': 'discount',
  'discount.removed': 'discount',
  'subscription.created': 'subscription',
  'subscription.renewed': 'subscription',
  'subscription.past_due': 'subscription',
  'subscription.recovered': 'subscription',
  'subscription.cancellation_scheduled': 'subscription',
  'subscription.cancellation_undone': 'subscription',
  'subscription.canceled': 'subscription',
  'subscription.unpaid': 'subscription',
  'subscription.paused': 'subscription',
  'subscription.resumed': 'subscription',
  'subscription.changed': 'subscription',
  'subscription.change_scheduled': 'subscription',
  'subscription.change_undone': 'subscription',
  'invoice.created': 'invoice',
  'invoice.updated': 'invoice',
  'invoice.deleted': 'invoice',
  'invoice.finalized': 'invoice',
  'invoice.paid': 'invoice',
  'invoice.past_due': 'invoice',
  'invoice.voided': 'invoice',
  'invoice.marked_uncollectible': 'invoice',
  'credit_note.issued': 'credit_note',
  'payment.started': 'payment',
  'payment.succeeded': 'payment',
  'payment.failed': 'payment',
  'payment.requires_action': 'payment',
  'payment.processing': 'payment',
  'refund.created': 'refund',
  'refund.succeeded': 'refund',
  'refund.failed': 'refund',
  'dispute.opened': 'dispute',
  'dispute.won': 'dispute',
  'dispute.lost': 'dispute',
  'payment_method.added': 'payment_method',
  'payment_method.default_changed': 'payment_method',
  'payment_method.backup_changed': 'payment_method',
  'payment_method.backup_cleared': 'payment_method',
  'payment_method.removed': 'payment_method',
  'payment_method.expiring': 'payment_method',
  'dunning_policy.updated': 'dunning_policy',
  'api_key.created': 'api_key',
  'api_key.updated': 'api_key',
  'api_key.rotated': 'api_key',
  'api_key.revoked': 'api_key',
  'test_clock.started': 'test_clock',
  'test_clock.advance_requested': 'test_clock',
  'test_clock.advanced': 'test_clock',
  'webhook_endpoint.created': 'webhook_endpoint',
  'webhook_endpoint.updated': 'webhook_endpoint',
  'webhook_endpoint.secret_rotated': 'webhook_endpoint',
  'webhook_endpoint.disabled': 'webhook_endpoint',
  'webhook_endpoint.deleted': 'webhook_endpoint',
  'webhook_endpoint.tested': 'webhook_endpoint',
  'webhook_endpoint.redelivery_requested': 'webhook_endpoint',
  'email.sent': 'email_message',
  'email.bounced': 'email_message',
} as const;

export type EventType = keyof typeof eventTypes;
/** The noun of an event's `objectId`. */
export type EventObjectType = (typeof eventTypes)[EventType];

/**
 * Events that others follow at once when all goes well. Whoever watches live may hear of them with
 * what follows.
 */
export const passingEvents: ReadonlySet<string> = new Set<EventType>([
  'payment_method.default_changed',
  'payment.started',
  'email.sent',
]);

/**
 * Nouns of events about no customer that may change what customers, and those who look at one, are
 * shown. Others (keys, staff, webhooks, templates) are told to nobody who watches one customer.
 */
export const shownToCustomers: ReadonlySet<string> = new Set<EventObjectType>([
  'portal',
  'product',
  'price',
  'test_clock',
]);

/** Events that end sessions of customers: of this one, or of everybody at the portal. */
export const sessionEndingEvents: ReadonlySet<string> = new Set<EventType>([
  'customer.signed_out',
  'portal.disabled',
]);

export interface EventInput {
  merchantId: string;
  /** Whose billing it concerns; their subscribers are told. */
  customerId?: string;
  type: EventType;
  objectType: EventObjectType;
  objectId: string;
  /** Facts worth keeping, without secrets; amounts as decimal strings of minor units. */
  data: Record<string, string | number | boolean | null | readonly string[]>;
}

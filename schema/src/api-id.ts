/** Global ids for those who speak of the API's nodes outside of it: webhooks. */
import type { EventObjectType } from '@4geeks/billing/event/events';
import type { ApiId } from '@4geeks/billing/ports';
import { encodeGlobalID } from '@pothos/plugin-relay';

/** The API's type for what an event is about. Null: no node of the API. */
const typeNames: Record<EventObjectType | 'event', string | null> = {
  api_key: 'ApiKey',
  coupon: 'Coupon',
  credit_note: 'CreditNote',
  customer: 'Customer',
  discount: 'Discount',
  dispute: 'Dispute',
  dunning_policy: null,
  email_message: 'EmailMessage',
  event: 'Event',
  invoice: 'Invoice',
  // Templates, portal and test clock go by the merchant they belong to.
  notification_template: 'Merchant',
  payment: 'Payment',
  payment_method: 'PaymentMethod',
  portal: 'Merchant',
  // One that was made is told of once, to who made it.
  portal_session: null,
  price: 'Price',
  product: 'Product',
  refund: 'Refund',
  staff_invitation: 'StaffInvitation',
  staff_member: 'StaffMember',
  subscription: 'Subscription',
  tax_rate: 'TaxRate',
  test_clock: 'Merchant',
  webhook_endpoint: 'WebhookEndpoint',
};

const byNoun = new Map<string, string | null>(Object.entries(typeNames));

export const apiId: ApiId = (noun, id) => {
  const typeName = byNoun.get(noun);
  return typeName ? encodeGlobalID(typeName, id) : null;
};

/** Queries that touch every field of a type, as each kind of viewer can reach it. */
import { portalPermissions } from '@4geeks/billing/access/viewer';
import { schema } from '@4geeks/schema';
import {
  getNamedType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  type GraphQLField,
} from 'graphql';

/** `field` with the least below it that makes a valid query. */
export function touch(typeName: string, fieldName: string): string {
  const type = schema.getType(typeName);
  if (!isObjectType(type)) throw new Error(`${typeName} is no object type`);
  const field = type.getFields()[fieldName];
  if (!field) throw new Error(`There is no ${typeName}.${fieldName}: is the table stale?`);
  return `${fieldName}${argumentsOf(field)}${selectionOf(field)}`;
}

export function selectionOf(field: GraphQLField<unknown, unknown>): string {
  const type = getNamedType(field.type);
  if (isLeafType(type)) return '';
  if (isObjectType(type) && type.getFields()['pageInfo']) return ' { pageInfo { hasNextPage } }';
  return ' { __typename }';
}

function argumentsOf(field: GraphQLField<unknown, unknown>): string {
  if (field.args.some(isRequiredArgument)) throw new Error(`${field.name} needs arguments`);
  return field.args.some(({ name }) => name === 'first') ? '(first: 1)' : '';
}

export interface Ids {
  customer: string;
  invoice: string;
  subscription: string;
  merchant: string;
  staffMember: string;
  event: string;
  emailMessage: string;
  payment: string;
  paymentMethod: string;
  refund: string;
  dispute: string;
  creditNote: string;
  invoiceLine: string;
  subscriptionItem: string;
  product: string;
  price: string;
  taxRate: string;
  coupon: string;
  discount: string;
  webhookEndpoint: string;
  webhookDelivery: string;
  apiKey: string;
  staffInvitation: string;
}

const node = (id: string, type: string, fields: string) =>
  `node(id: "${id}") { ... on ${type} ${fields} }`;

/**
 * How to reach an object of each noun. Staff and keys go straight to it; customers by what is always
 * open to them, so that a field is judged and not the rows on the way.
 */
export function reach(
  type: string,
  ids: Ids,
  fields: string,
  asCustomer: boolean,
): { query: string; path: (string | number)[] } | null {
  const straight: Record<string, string> = {
    Customer: ids.customer,
    Invoice: ids.invoice,
    InvoiceLine: ids.invoiceLine,
    Payment: ids.payment,
    PaymentMethod: ids.paymentMethod,
    Refund: ids.refund,
    Dispute: ids.dispute,
    CreditNote: ids.creditNote,
    Subscription: ids.subscription,
    SubscriptionItem: ids.subscriptionItem,
    Merchant: ids.merchant,
    StaffMember: ids.staffMember,
    Event: ids.event,
    EmailMessage: ids.emailMessage,
    Product: ids.product,
    Price: ids.price,
    TaxRate: ids.taxRate,
    Coupon: ids.coupon,
    Discount: ids.discount,
    WebhookEndpoint: ids.webhookEndpoint,
    WebhookDelivery: ids.webhookDelivery,
    ApiKey: ids.apiKey,
    StaffInvitation: ids.staffInvitation,
  };
  if (asCustomer && type === 'Payment') {
    return {
      query: node(ids.invoice, 'Invoice', `{ latestPayment ${fields} }`),
      path: ['node', 'latestPayment'],
    };
  }
  if (asCustomer && type === 'PaymentMethod') {
    return {
      query: node(ids.customer, 'Customer', `{ defaultPaymentMethod ${fields} }`),
      path: ['node', 'defaultPaymentMethod'],
    };
  }
  if (type === 'PortalSettings') {
    return {
      query: node(ids.merchant, 'Merchant', `{ portalSettings ${fields} }`),
      path: ['node', 'portalSettings'],
    };
  }
  const id = straight[type];
  return id ? { query: node(id, type, fields), path: ['node'] } : null;
}

/** All sixteen; each differs from the one before. */
export const combinationsOfPermissions = Array.from({ length: 16 }, (_, bits) =>
  portalPermissions.filter((_permission, index) => bits & (1 << index)),
);

export const unknownId = '00000000-0000-7000-8000-000000000000';

interface ProbeFacts {
  encode: (type: string, id: string) => string;
  slug: string;
}

/** Inputs that a viewer with the right gets an ordinary refusal for, and that change nothing. */
function mutationInput(name: string, { encode, slug }: ProbeFacts): object | null {
  const none = encode('Subscription', unknownId);
  const inputs: Record<string, object | null> = {
    addPaymentMethod: { setupToken: 'tok_unknown' },
    advanceTestClock: { by: 'P1D' },
    startTestClock: { at: '2000-01-01T00:00:00Z' },
    clearBackupPaymentMethod: null,
    setBackupPaymentMethod: { paymentMethodId: encode('PaymentMethod', unknownId) },
    updateDunningPolicy: { graceDays: -1 },
    cancelSubscription: { subscriptionId: none },
    changePlan: { priceId: encode('Price', unknownId), quote: 'none' },
    changeSubscription: {
      subscriptionId: none,
      items: [{ priceId: encode('Price', unknownId) }],
      when: 'NOW',
    },
    createCustomer: { name: '', email: 'x@example.com', locale: 'en' },
    updateCustomer: { customerId: encode('Customer', unknownId) },
    createProduct: { name: '' },
    updateProduct: { productId: encode('Product', unknownId) },
    archiveProduct: { productId: encode('Product', unknownId) },
    unarchiveProduct: { productId: encode('Product', unknownId) },
    deleteProduct: { productId: encode('Product', unknownId) },
    createPrice: {
      productId: encode('Product', unknownId),
      currency: 'EUR',
      unitAmountMinor: 1,
      interval: 'MONTH',
    },
    updatePrice: { priceId: encode('Price', unknownId) },
    archivePrice: { priceId: encode('Price', unknownId) },
    unarchivePrice: { priceId: encode('Price', unknownId) },
    createSubscription: {
      customerId: encode('Customer', unknownId),
      items: [{ priceId: encode('Price', unknownId) }],
    },
    createTaxRate: { name: '', ratePpm: 1, inclusive: false },
    updateTaxRate: { taxRateId: encode('TaxRate', unknownId), name: 'x' },
    archiveTaxRate: { taxRateId: encode('TaxRate', unknownId) },
    setDefaultTaxRate: { taxRateId: encode('TaxRate', unknownId) },
    setPriceTaxRate: { priceId: encode('Price', unknownId) },
    createCoupon: { code: '', duration: 'ONCE' },
    archiveCoupon: { couponId: encode('Coupon', unknownId) },
    applyCoupon: { subscriptionId: none, code: 'NONE' },
    removeDiscount: { discountId: encode('Discount', unknownId) },
    applyCouponToInvoice: { invoiceId: encode('Invoice', unknownId), code: 'NONE' },
    removeInvoiceDiscount: { discountId: encode('Discount', unknownId) },
    updateInvoice: { invoiceId: encode('Invoice', unknownId) },
    updateInvoiceLine: { invoiceLineId: encode('InvoiceLine', unknownId) },
    deleteDraftInvoice: { invoiceId: encode('Invoice', unknownId) },
    collectInvoice: { invoiceId: encode('Invoice', unknownId) },
    confirmSignIn: { portalSlug: slug, token: 'unknown' },
    creditInvoice: { invoiceId: encode('Invoice', unknownId), amountMinor: 1, reason: 'x' },
    addInvoiceLine: {
      invoiceId: encode('Invoice', unknownId),
      description: 'x',
      quantity: 1,
      unitAmountMinor: 1,
    },
    createInvoice: { customerId: encode('Customer', unknownId) },
    finalizeInvoice: { invoiceId: encode('Invoice', unknownId) },
    removeInvoiceLine: { invoiceLineId: encode('InvoiceLine', unknownId) },
    createPaymentMethodSetup: null,
    disablePortal: null,
    enablePortal: null,
    markInvoiceUncollectible: { invoiceId: encode('Invoice', unknownId) },
    refundPayment: { paymentId: encode('Payment', unknownId) },
    pauseSubscription: { subscriptionId: none },
    removePaymentMethod: { paymentMethodId: encode('PaymentMethod', unknownId) },
    requestSignInLink: { portalSlug: 'no-such-portal', email: 'nobody@example.com' },
    resetNotificationTemplate: { kind: 'INVOICE_CREATED', locale: 'en' },
    resubscribe: { subscriptionId: none },
    resumeSubscription: { subscriptionId: none },
    saveNotificationTemplate: { kind: 'INVOICE_CREATED', locale: 'en', subject: '', body: '' },
    setDefaultPaymentMethod: { paymentMethodId: encode('PaymentMethod', unknownId) },
    signOutOfPortal: null,
    undoSubscriptionCancellation: { subscriptionId: none },
    undoSubscriptionChange: { subscriptionId: none },
    updatePortalBranding: { companyName: '', primaryColor: '#000' },
    updatePortalPermissions: { permissions: [] },
    createWebhookEndpoint: { url: 'no address' },
    updateWebhookEndpoint: { webhookEndpointId: encode('WebhookEndpoint', unknownId) },
    deleteWebhookEndpoint: { webhookEndpointId: encode('WebhookEndpoint', unknownId) },
    rotateWebhookSecret: { webhookEndpointId: encode('WebhookEndpoint', unknownId) },
    sendTestWebhook: { webhookEndpointId: encode('WebhookEndpoint', unknownId) },
    redeliverWebhook: { webhookDeliveryId: encode('WebhookDelivery', unknownId) },
    createApiKey: { name: '', scopes: [] },
    rotateApiKey: { apiKeyId: encode('ApiKey', unknownId) },
    revokeApiKey: { apiKeyId: encode('ApiKey', unknownId) },
    updateApiKey: { apiKeyId: encode('ApiKey', unknownId), name: 'x' },
    inviteStaffMember: { email: 'no address', role: 'ANALYST' },
    resendStaffInvitation: { staffInvitationId: encode('StaffInvitation', unknownId) },
    revokeStaffInvitation: { staffInvitationId: encode('StaffInvitation', unknownId) },
    acceptStaffInvitation: { token: 'unknown' },
    changeStaffRole: { staffMemberId: encode('StaffMember', unknownId), role: 'ANALYST' },
    removeStaffMember: { staffMemberId: encode('StaffMember', unknownId) },
    switchMerchant: { merchantId: encode('Merchant', unknownId) },
    createPortalSession: { customerId: encode('Customer', unknownId) },
    updatePortalReturnUrls: { returnUrls: ['http://not-https.example'] },
    voidInvoice: { invoiceId: encode('Invoice', unknownId) },
  };
  const input = inputs[name];
  if (input === undefined) throw new Error(`No probe for mutation ${name}`);
  return input;
}

/** Several mutations as one operation. */
export function mutationProbe(
  names: readonly string[],
  facts: ProbeFacts,
): { query: string; variables: object } {
  const inputs = names.map((name) => ({ name, input: mutationInput(name, facts) }));
  const given = inputs.filter(({ input }) => input !== null);
  const declared = given.map(({ name }) => `$${name}: ${inputType(name)}!`).join(', ');
  const fields = inputs.map(
    ({ name, input }) => `${name}${input === null ? '' : `(input: $${name})`} { __typename }`,
  );
  return {
    query: `mutation ${declared && `(${declared})`} { ${fields.join(' ')} }`,
    variables: Object.fromEntries(given.map(({ name, input }) => [name, input])),
  };
}

const inputType = (name: string) => `${name[0]!.toUpperCase()}${name.slice(1)}Input`;

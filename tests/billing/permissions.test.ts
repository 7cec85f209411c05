/** Use cases check rights themselves, whoever calls them. */
import { anonymous, type Actor, type Viewer } from '@4geeks/billing/access/viewer';
import { creditInvoice } from '@4geeks/billing/credit-note/credit-invoice';
import { updateCustomer } from '@4geeks/billing/customer/update-customer';
import { createCustomer } from '@4geeks/billing/customer/create-customer';
import { updateDunningPolicy } from '@4geeks/billing/dunning-policy/update-dunning-policy';
import { addInvoiceLine } from '@4geeks/billing/invoice/add-invoice-line';
import { createInvoice } from '@4geeks/billing/invoice/create-invoice';
import { finalizeInvoice } from '@4geeks/billing/invoice/finalize-invoice';
import { markInvoiceUncollectible } from '@4geeks/billing/invoice/mark-invoice-uncollectible';
import { deleteDraftInvoice } from '@4geeks/billing/invoice/delete-draft-invoice';
import { updateInvoiceLine } from '@4geeks/billing/invoice/update-invoice-line';
import { removeInvoiceLine } from '@4geeks/billing/invoice/remove-invoice-line';
import { requestInvoiceCollection } from '@4geeks/billing/invoice/request-invoice-collection';
import { voidInvoice } from '@4geeks/billing/invoice/void-invoice';
import { addStaffMember } from '@4geeks/billing/merchant/add-staff-member';
import { changeStaffRole } from '@4geeks/billing/merchant/change-staff-role';
import { removeStaffMember } from '@4geeks/billing/merchant/remove-staff-member';
import { inviteStaffMember } from '@4geeks/billing/staff-invitation/invite-staff-member';
import { resendStaffInvitation } from '@4geeks/billing/staff-invitation/resend-staff-invitation';
import { revokeStaffInvitation } from '@4geeks/billing/staff-invitation/revoke-staff-invitation';
import { createApiKey } from '@4geeks/billing/api-key/create-api-key';
import { previewNotification } from '@4geeks/billing/notification/preview-notification';
import { resetNotificationTemplate } from '@4geeks/billing/notification/reset-notification-template';
import { saveNotificationTemplate } from '@4geeks/billing/notification/save-notification-template';
import { addPaymentMethod } from '@4geeks/billing/payment-method/add-payment-method';
import { clearBackupPaymentMethod } from '@4geeks/billing/payment-method/clear-backup-payment-method';
import { createPaymentMethodSetup } from '@4geeks/billing/payment-method/create-payment-method-setup';
import { removePaymentMethod } from '@4geeks/billing/payment-method/remove-payment-method';
import { setBackupPaymentMethod } from '@4geeks/billing/payment-method/set-backup-payment-method';
import { setDefaultPaymentMethod } from '@4geeks/billing/payment-method/set-default-payment-method';
import { disablePortal } from '@4geeks/billing/portal/disable-portal';
import { enablePortal } from '@4geeks/billing/portal/enable-portal';
import { updatePortalBranding } from '@4geeks/billing/portal/update-portal-branding';
import { updatePortalPermissions } from '@4geeks/billing/portal/update-portal-permissions';
import type { Billing } from '@4geeks/billing/ports';
import { refundPayment } from '@4geeks/billing/refund/refund-payment';
import { createPrice } from '@4geeks/billing/product/create-price';
import { archivePrice } from '@4geeks/billing/product/archive-price';
import { archiveProduct } from '@4geeks/billing/product/archive-product';
import { deleteProduct } from '@4geeks/billing/product/delete-product';
import { unarchivePrice } from '@4geeks/billing/product/unarchive-price';
import { unarchiveProduct } from '@4geeks/billing/product/unarchive-product';
import { updatePrice } from '@4geeks/billing/product/update-price';
import { updateProduct } from '@4geeks/billing/product/update-product';
import { createProduct } from '@4geeks/billing/product/create-product';
import { cancelSubscription } from '@4geeks/billing/subscription/cancel-subscription';
import { changeSubscription } from '@4geeks/billing/subscription/change-subscription';
import { createSubscription } from '@4geeks/billing/subscription/create-subscription';
import { pauseSubscription } from '@4geeks/billing/subscription/pause-subscription';
import { previewSubscription } from '@4geeks/billing/subscription/preview-subscription';
import { previewSubscriptionChange } from '@4geeks/billing/subscription/preview-subscription-change';
import { resubscribe } from '@4geeks/billing/subscription/resubscribe';
import { changePlan } from '@4geeks/billing/plan-offer/change-plan';
import { previewPlanChange } from '@4geeks/billing/plan-offer/preview-plan-change';
import { resumeSubscription } from '@4geeks/billing/subscription/resume-subscription';
import { undoSubscriptionCancellation } from '@4geeks/billing/subscription/undo-subscription-cancellation';
import { undoSubscriptionChange } from '@4geeks/billing/subscription/undo-subscription-change';
import { archiveCoupon } from '@4geeks/billing/coupon/archive-coupon';
import { createCoupon } from '@4geeks/billing/coupon/create-coupon';
import { applyCoupon } from '@4geeks/billing/discount/apply-coupon';
import { applyCouponToInvoice } from '@4geeks/billing/discount/apply-coupon-to-invoice';
import { removeDiscount } from '@4geeks/billing/discount/remove-discount';
import { removeInvoiceDiscount } from '@4geeks/billing/discount/remove-invoice-discount';
import { updateInvoice } from '@4geeks/billing/invoice/update-invoice';
import { setPriceTaxRate } from '@4geeks/billing/product/set-price-tax-rate';
import { archiveTaxRate } from '@4geeks/billing/tax/archive-tax-rate';
import { createTaxRate } from '@4geeks/billing/tax/create-tax-rate';
import { setDefaultTaxRate } from '@4geeks/billing/tax/set-default-tax-rate';
import { updateTaxRate } from '@4geeks/billing/tax/update-tax-rate';
import { createWebhookEndpoint } from '@4geeks/billing/webhook/create-webhook-endpoint';
import { deleteWebhookEndpoint } from '@4geeks/billing/webhook/delete-webhook-endpoint';
import { redeliverWebhook } from '@4geeks/billing/webhook/redeliver-webhook';
import { rotateWebhookSecret } from '@4geeks/billing/webhook/rotate-webhook-secret';
import { sendTestWebhook } from '@4geeks/billing/webhook/send-test-webhook';
import { updateWebhookEndpoint } from '@4geeks/billing/webhook/update-webhook-endpoint';
import { describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';

const t = await testBilling();
const merchant = await t.seed.merchant({ permissions: [] });
const ada = await merchant.customer();
const id = '00000000-0000-7000-8000-000000000000';

type Call = (billing: Billing, actor: Actor) => Promise<unknown>;

/** What each use case asks of staff and of customers; null: not for them at all. */
const useCases: Record<string, { call: Call; staff: string | null; portal: string | null }> = {
  createCustomer: {
    call: (b, a) => createCustomer(b, a, { name: 'x', email: 'x@example.com', locale: 'en' }),
    staff: 'customers:write',
    portal: null,
  },
  createProduct: {
    call: (b, a) => createProduct(b, a, { name: 'x' }),
    staff: 'products:write',
    portal: null,
  },
  createPrice: {
    call: (b, a) =>
      createPrice(b, a, { productId: id, currency: 'EUR', unitAmountMinor: 1n, interval: 'MONTH' }),
    staff: 'products:write',
    portal: null,
  },
  updateCustomer: {
    call: (b, a) => updateCustomer(b, a, { customerId: id }),
    staff: 'customers:write',
    portal: null,
  },
  updateProduct: {
    call: (b, a) => updateProduct(b, a, { productId: id }),
    staff: 'products:write',
    portal: null,
  },
  archiveProduct: {
    call: (b, a) => archiveProduct(b, a, { productId: id }),
    staff: 'products:write',
    portal: null,
  },
  unarchiveProduct: {
    call: (b, a) => unarchiveProduct(b, a, { productId: id }),
    staff: 'products:write',
    portal: null,
  },
  deleteProduct: {
    call: (b, a) => deleteProduct(b, a, { productId: id }),
    staff: 'products:write',
    portal: null,
  },
  updatePrice: {
    call: (b, a) => updatePrice(b, a, { priceId: id, nickname: 'x' }),
    staff: 'products:write',
    portal: null,
  },
  archivePrice: {
    call: (b, a) => archivePrice(b, a, { priceId: id }),
    staff: 'products:write',
    portal: null,
  },
  unarchivePrice: {
    call: (b, a) => unarchivePrice(b, a, { priceId: id }),
    staff: 'products:write',
    portal: null,
  },
  previewSubscription: {
    call: (b, a) => previewSubscription(b, a, { customerId: id, items: [{ priceId: id }] }),
    staff: 'subscriptions:read',
    portal: null,
  },
  updateInvoiceLine: {
    call: (b, a) => updateInvoiceLine(b, a, { invoiceLineId: id }),
    staff: 'invoices:write',
    portal: null,
  },
  deleteDraftInvoice: {
    call: (b, a) => deleteDraftInvoice(b, a, { invoiceId: id }),
    staff: 'invoices:write',
    portal: null,
  },
  createSubscription: {
    call: (b, a) => createSubscription(b, a, { customerId: id, items: [{ priceId: id }] }),
    staff: 'subscriptions:write',
    portal: null,
  },
  cancelSubscription: {
    call: (b, a) => cancelSubscription(b, a, { subscriptionId: id }),
    staff: 'subscriptions:write',
    portal: 'CANCEL_SUBSCRIPTION',
  },
  undoSubscriptionCancellation: {
    call: (b, a) => undoSubscriptionCancellation(b, a, { subscriptionId: id }),
    staff: 'subscriptions:write',
    portal: 'CANCEL_SUBSCRIPTION',
  },
  pauseSubscription: {
    call: (b, a) => pauseSubscription(b, a, { subscriptionId: id }),
    staff: 'subscriptions:write',
    portal: null,
  },
  resumeSubscription: {
    call: (b, a) => resumeSubscription(b, a, { subscriptionId: id }),
    staff: 'subscriptions:write',
    portal: null,
  },
  resubscribe: {
    call: (b, a) => resubscribe(b, a, { subscriptionId: id }),
    staff: 'subscriptions:write',
    portal: null,
  },
  changeSubscription: {
    call: (b, a) =>
      changeSubscription(b, a, { subscriptionId: id, items: [{ priceId: id }], when: 'NOW' }),
    staff: 'subscriptions:write',
    portal: null,
  },
  undoSubscriptionChange: {
    call: (b, a) => undoSubscriptionChange(b, a, { subscriptionId: id }),
    staff: 'subscriptions:write',
    portal: 'PLAN_OFFER',
  },
  previewPlanChange: {
    call: (b, a) => previewPlanChange(b, a, { priceId: id }),
    staff: null,
    portal: 'PLAN_OFFER',
  },
  changePlan: {
    call: (b, a) => changePlan(b, a, { priceId: id, quote: '' }),
    staff: null,
    portal: 'PLAN_OFFER',
  },
  previewSubscriptionChange: {
    call: (b, a) =>
      previewSubscriptionChange(b, a, { subscriptionId: id, items: [], when: 'PERIOD_END' }),
    staff: 'subscriptions:read',
    portal: null,
  },
  requestInvoiceCollection: {
    call: (b, a) => requestInvoiceCollection(b, a, { invoiceId: id }),
    staff: 'payments:write',
    portal: 'nothing',
  },
  createInvoice: {
    call: (b, a) => createInvoice(b, a, { customerId: id }),
    staff: 'invoices:write',
    portal: null,
  },
  addInvoiceLine: {
    call: (b, a) =>
      addInvoiceLine(b, a, { invoiceId: id, description: 'x', quantity: 1, unitAmountMinor: 1n }),
    staff: 'invoices:write',
    portal: null,
  },
  removeInvoiceLine: {
    call: (b, a) => removeInvoiceLine(b, a, { invoiceLineId: id }),
    staff: 'invoices:write',
    portal: null,
  },
  finalizeInvoice: {
    call: (b, a) => finalizeInvoice(b, a, { invoiceId: id }),
    staff: 'invoices:write',
    portal: null,
  },
  voidInvoice: {
    call: (b, a) => voidInvoice(b, a, { invoiceId: id }),
    staff: 'invoices:write',
    portal: null,
  },
  markInvoiceUncollectible: {
    call: (b, a) => markInvoiceUncollectible(b, a, { invoiceId: id }),
    staff: 'invoices:write',
    portal: null,
  },
  refundPayment: {
    call: (b, a) => refundPayment(b, a, { paymentId: id }),
    staff: 'payments:write',
    portal: null,
  },
  creditInvoice: {
    call: (b, a) => creditInvoice(b, a, { invoiceId: id, amountMinor: 1n, reason: 'x' }),
    staff: 'invoices:write',
    portal: null,
  },
  createPaymentMethodSetup: {
    call: (b, a) => createPaymentMethodSetup(b, a),
    staff: null,
    portal: 'UPDATE_PAYMENT_METHODS',
  },
  addPaymentMethod: {
    call: (b, a) => addPaymentMethod(b, a, { setupToken: 'x' }),
    staff: null,
    portal: 'UPDATE_PAYMENT_METHODS',
  },
  setDefaultPaymentMethod: {
    call: (b, a) => setDefaultPaymentMethod(b, a, { paymentMethodId: id }),
    staff: null,
    portal: 'UPDATE_PAYMENT_METHODS',
  },
  setBackupPaymentMethod: {
    call: (b, a) => setBackupPaymentMethod(b, a, { paymentMethodId: id }),
    staff: null,
    portal: 'UPDATE_PAYMENT_METHODS',
  },
  clearBackupPaymentMethod: {
    call: (b, a) => clearBackupPaymentMethod(b, a),
    staff: null,
    portal: 'UPDATE_PAYMENT_METHODS',
  },
  updateDunningPolicy: {
    call: (b, a) => updateDunningPolicy(b, a, {}),
    staff: 'merchant:write',
    portal: null,
  },
  removePaymentMethod: {
    call: (b, a) => removePaymentMethod(b, a, { paymentMethodId: id }),
    staff: 'payment-methods:write',
    portal: 'UPDATE_PAYMENT_METHODS',
  },
  enablePortal: { call: (b, a) => enablePortal(b, a), staff: 'portal:write', portal: null },
  disablePortal: { call: (b, a) => disablePortal(b, a), staff: 'portal:write', portal: null },
  updatePortalBranding: {
    call: (b, a) => updatePortalBranding(b, a, { companyName: 'x', primaryColor: '#000' }),
    staff: 'portal:write',
    portal: null,
  },
  updatePortalPermissions: {
    call: (b, a) => updatePortalPermissions(b, a, { permissions: [] }),
    staff: 'portal:write',
    portal: null,
  },
  saveNotificationTemplate: {
    call: (b, a) =>
      saveNotificationTemplate(b, a, {
        kind: 'PAYMENT_FAILED',
        locale: 'en',
        subject: 'x',
        body: 'x',
      }),
    staff: 'notifications:write',
    portal: null,
  },
  resetNotificationTemplate: {
    call: (b, a) => resetNotificationTemplate(b, a, { kind: 'PAYMENT_FAILED', locale: 'en' }),
    staff: 'notifications:write',
    portal: null,
  },
  previewNotification: {
    call: (b, a) => previewNotification(b, a, { kind: 'PAYMENT_FAILED', locale: 'en' }),
    staff: 'notifications:read',
    portal: null,
  },
  createTaxRate: {
    call: (b, a) => createTaxRate(b, a, { name: 'x', ratePpm: 1, inclusive: false }),
    staff: 'products:write',
    portal: null,
  },
  updateTaxRate: {
    call: (b, a) => updateTaxRate(b, a, { taxRateId: id, name: 'x' }),
    staff: 'products:write',
    portal: null,
  },
  archiveTaxRate: {
    call: (b, a) => archiveTaxRate(b, a, { taxRateId: id }),
    staff: 'products:write',
    portal: null,
  },
  setDefaultTaxRate: {
    call: (b, a) => setDefaultTaxRate(b, a, { taxRateId: id }),
    staff: 'merchant:write',
    portal: null,
  },
  setPriceTaxRate: {
    call: (b, a) => setPriceTaxRate(b, a, { priceId: id, taxRateId: null }),
    staff: 'products:write',
    portal: null,
  },
  createCoupon: {
    call: (b, a) => createCoupon(b, a, { code: 'CODE', percentOffBps: 1, duration: 'ONCE' }),
    staff: 'products:write',
    portal: null,
  },
  archiveCoupon: {
    call: (b, a) => archiveCoupon(b, a, { couponId: id }),
    staff: 'products:write',
    portal: null,
  },
  applyCoupon: {
    call: (b, a) => applyCoupon(b, a, { subscriptionId: id, code: 'CODE' }),
    staff: 'subscriptions:write',
    portal: null,
  },
  removeDiscount: {
    call: (b, a) => removeDiscount(b, a, { discountId: id }),
    staff: 'subscriptions:write',
    portal: null,
  },
  applyCouponToInvoice: {
    call: (b, a) => applyCouponToInvoice(b, a, { invoiceId: id, code: 'CODE' }),
    staff: 'invoices:write',
    portal: null,
  },
  removeInvoiceDiscount: {
    call: (b, a) => removeInvoiceDiscount(b, a, { discountId: id }),
    staff: 'invoices:write',
    portal: null,
  },
  updateInvoice: {
    call: (b, a) => updateInvoice(b, a, { invoiceId: id }),
    staff: 'invoices:write',
    portal: null,
  },
  createWebhookEndpoint: {
    call: (b, a) => createWebhookEndpoint(b, a, { url: 'https://example.com' }),
    staff: 'webhooks:write',
    portal: null,
  },
  updateWebhookEndpoint: {
    call: (b, a) => updateWebhookEndpoint(b, a, { webhookEndpointId: id }),
    staff: 'webhooks:write',
    portal: null,
  },
  deleteWebhookEndpoint: {
    call: (b, a) => deleteWebhookEndpoint(b, a, { webhookEndpointId: id }),
    staff: 'webhooks:write',
    portal: null,
  },
  rotateWebhookSecret: {
    call: (b, a) => rotateWebhookSecret(b, a, { webhookEndpointId: id }),
    staff: 'webhooks:write',
    portal: null,
  },
  sendTestWebhook: {
    call: (b, a) => sendTestWebhook(b, a, { webhookEndpointId: id }),
    staff: 'webhooks:write',
    portal: null,
  },
  redeliverWebhook: {
    call: (b, a) => redeliverWebhook(b, a, { webhookDeliveryId: id }),
    staff: 'webhooks:write',
    portal: null,
  },
  createApiKey: {
    call: (b, a) => createApiKey(b, a, { name: 'x', scopes: ['events:read'] }),
    staff: 'api-keys:write',
    portal: null,
  },
  addStaffMember: {
    call: (b, a) => addStaffMember(b, a, { userId: id, role: 'OWNER' }),
    staff: 'staff:write',
    portal: null,
  },
  removeStaffMember: {
    call: (b, a) => removeStaffMember(b, a, { staffMemberId: id }),
    staff: 'staff:write',
    portal: null,
  },
  changeStaffRole: {
    call: (b, a) => changeStaffRole(b, a, { staffMemberId: id, role: 'ADMIN' }),
    staff: 'staff:write',
    portal: null,
  },
  inviteStaffMember: {
    call: (b, a) => inviteStaffMember(b, a, { email: 'x@example.com', role: 'ADMIN' }),
    staff: 'staff:write',
    portal: null,
  },
  resendStaffInvitation: {
    call: (b, a) => resendStaffInvitation(b, a, { staffInvitationId: id }),
    staff: 'staff:write',
    portal: null,
  },
  revokeStaffInvitation: {
    call: (b, a) => revokeStaffInvitation(b, a, { staffInvitationId: id }),
    staff: 'staff:write',
    portal: null,
  },
};

describe.each(Object.entries(useCases))('%s', (_name, { call, staff, portal }) => {
  const refused = (viewer: Viewer, permission: string | RegExp) =>
    expect(call(t.billing, viewer)).rejects.toMatchObject({
      code: 'FORBIDDEN',
      facts: { permission: expect.stringMatching(permission) },
    });

  it('is not for whoever is not signed in', () => refused(anonymous, 'SIGN_IN'));

  it('asks staff for its scope', async () => {
    const owner = await merchant.staff('OWNER');
    const scopes = new Set([...owner.scopes].filter((scope) => scope !== staff));
    await refused({ ...owner, scopes }, staff ?? /NOT_FOR_STAFF|_PAYMENT_METHODS/);
  });

  it('asks customers for the permission, or is not for them', async () => {
    const customer = await ada.viewer();
    if (portal === 'nothing') {
      await expect(call(t.billing, customer)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    } else {
      await refused(customer, portal ?? 'NOT_FOR_CUSTOMERS');
    }
  });

  it('asks an API key for its scope, or is not for it', async () => {
    const { viewer } = await merchant.apiKey(['products:read']);
    await refused(viewer, staff ? new RegExp(`${staff}|NOT_FOR_API_KEYS`) : /NOT_FOR/);
  });
});

/** What the database itself makes impossible, whatever a program does. */
import { createSubscription } from '@4geeks/billing/subscription/create-subscription';
import { createCoupon } from '@4geeks/billing/coupon/create-coupon';
import { applyCoupon } from '@4geeks/billing/discount/apply-coupon';
import { createTaxRate } from '@4geeks/billing/tax/create-tax-rate';
import { createWebhookEndpoint } from '@4geeks/billing/webhook/create-webhook-endpoint';
import { sendTestWebhook } from '@4geeks/billing/webhook/send-test-webhook';
import { describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';

const t = await testBilling({ poolSize: 25 });
const merchant = await t.seed.merchant();
const other = await t.seed.merchant();

const refuse = (statement: string, values: readonly unknown[], constraint: string) =>
  expect(t.database.sql(statement, values)).rejects.toMatchObject({ constraint });

describe('invoice numbers', () => {
  it('have no gaps under 20 concurrent subscriptions, also where some fail', async () => {
    const own = await t.seed.merchant();
    const ada = await own.customer();
    const first = await ada.subscription();
    const { priceId } = await t.billing.database.subscriptionItem.findFirstOrThrow({
      where: { subscriptionId: first.id },
    });
    await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => {
        // Every fifth fails after it took its number.
        const billing =
          index % 5 === 0
            ? { ...t.billing, enqueue: () => Promise.reject(new Error('queue is down')) }
            : t.billing;
        return createSubscription(billing, own.system, {
          customerId: ada.id,
          items: [{ priceId }],
        });
      }),
    );
    const numbers = (await ada.invoices()).map(({ number }) => number).sort();
    expect(numbers).toEqual(
      Array.from(
        { length: 17 },
        (_, index) => `${own.row.invoicePrefix}-${String(index + 1).padStart(6, '0')}`,
      ),
    );
  });

  it('are unique within a merchant', async () => {
    const ada = await merchant.customer();
    await ada.subscription();
    await ada.subscription();
    const [first, second] = await ada.invoices();
    await refuse(
      `update "Invoice" set number = $1 where id = $2`,
      [first!.number, second!.id],
      'Invoice_merchantId_number_key',
    );
  });
});

describe('one at a time', () => {
  it('in-flight attempt per invoice', async () => {
    const ada = await merchant.customer({ card: 'visa_3ds' });
    await ada.subscription();
    await t.drain();
    for (const status of ['PENDING', 'PROCESSING', 'REQUIRES_ACTION']) {
      await refuse(
        `insert into "Payment" (id, "merchantId", "customerId", "invoiceId", "paymentMethodId", status,
           trigger, "attemptNumber", "amountMinor", currency, "idempotencyKey")
         select gen_random_uuid(), "merchantId", "customerId", "invoiceId", "paymentMethodId",
           $2::"PaymentStatus", 'STAFF', 2, 1, 'EUR', $2 from "Payment" where "customerId" = $1`,
        [ada.id, status],
        'payment_one_in_flight_per_invoice',
      );
    }
  });

  it('default payment method per customer', async () => {
    const ada = await merchant.customer();
    await ada.enterCard('mastercard');
    await refuse(
      `update "PaymentMethod" set "isDefault" = true where "customerId" = $1`,
      [ada.id],
      'payment_method_one_default_per_customer',
    );
  });

  it('invoice per period of a subscription', async () => {
    const ada = await merchant.customer();
    await ada.subscription();
    await refuse(
      `insert into "Invoice" (id, "merchantId", "customerId", "subscriptionId", status, number, currency,
         "subtotalMinor", "totalMinor", "periodStart", "periodEnd", "finalizedAt", "customerName",
         "customerEmail", locale)
       select gen_random_uuid(), "merchantId", "customerId", "subscriptionId", status, 'ANOTHER', currency,
         1, 1, "periodStart", "periodEnd", "finalizedAt", '', '', 'en' from "Invoice" where "customerId" = $1`,
      [ada.id],
      'Invoice_subscriptionId_periodStart_key',
    );
  });
});

describe('another merchant’s rows', () => {
  it('cannot be referred to', async () => {
    const ada = await merchant.customer();
    const stranger = await other.customer();
    await ada.subscription();
    await t.drain();
    const theirs = (await stranger.paymentMethods())[0]!;
    await refuse(
      `update "Payment" set "paymentMethodId" = $2 where "customerId" = $1`,
      [ada.id, theirs.id],
      'Payment_merchantId_paymentMethodId_fkey',
    );
    await refuse(
      `update "Invoice" set "customerId" = $2 where "customerId" = $1`,
      [ada.id, stranger.id],
      'Invoice_merchantId_customerId_fkey',
    );
    await refuse(
      `update "Subscription" set "merchantId" = $2 where "customerId" = $1`,
      [ada.id, other.id],
      'Subscription_merchantId_customerId_fkey',
    );
    await refuse(
      `insert into "PortalSession" (id, "merchantId", "customerId", "tokenHash", "expiresAt")
       values (gen_random_uuid(), $2, $1, 'x', now())`,
      [ada.id, other.id],
      'PortalSession_merchantId_customerId_fkey',
    );
    await refuse(
      `insert into "Event" (id, "merchantId", "customerId", type, "objectType", "objectId", data,
         "actorKind", "occurredAt")
       values (gen_random_uuid(), $2, $1, 'x', 'x', gen_random_uuid(), '{}', 'SYSTEM', now())`,
      [ada.id, other.id],
      'Event_merchantId_customerId_fkey',
    );
  });
});

describe('checks', async () => {
  const ada = await merchant.customer({ card: 'visa_insufficient_funds' });
  const { id: subscriptionId } = await ada.subscription();
  await t.drain();
  const bob = await merchant.customer();
  await bob.subscription();
  await t.drain();
  const { system } = merchant;
  for (const name of ['IVA', 'VAT']) {
    await createTaxRate(t.billing, system, { name, ratePpm: 1, inclusive: false });
  }
  const terms = { code: 'TEN', percentOffBps: 1000, duration: 'FOREVER' } as const;
  const { code } = await createCoupon(t.billing, system, terms);
  await applyCoupon(t.billing, system, { subscriptionId, code });

  it.each<[why: string, statement: string, customerId: string, constraint: string]>([
    [
      'more paid than due',
      `update "Invoice" set "amountPaidMinor" = "totalMinor" + 1`,
      ada.id,
      'invoice_amounts',
    ],
    [
      'a total that is not its parts',
      `update "Invoice" set "taxMinor" = 1`,
      ada.id,
      'invoice_amounts',
    ],
    [
      'paid, but not in full',
      `update "Invoice" set status = 'PAID', "paidAt" = now(), "nextAttemptAt" = null`,
      ada.id,
      'invoice_paid_in_full',
    ],
    [
      'a retry of a paid invoice',
      `update "Invoice" set "nextAttemptAt" = now()`,
      bob.id,
      'invoice_retry_only_while_open',
    ],
    [
      'finalized without a number',
      `update "Invoice" set number = null`,
      ada.id,
      'invoice_number_when_finalized',
    ],
    [
      'past due without a policy',
      `update "Invoice" set "dunningPolicyId" = null`,
      ada.id,
      'invoice_dunning',
    ],
    [
      'a period that ends before it begins',
      `update "Invoice" set "periodEnd" = "periodStart"`,
      ada.id,
      'invoice_period',
    ],
    [
      'a failed payment without a reason',
      `update "Payment" set "declineCode" = null`,
      ada.id,
      'payment_settled',
    ],
    [
      'a settled payment without a time',
      `update "Payment" set "settledAt" = null`,
      bob.id,
      'payment_settled',
    ],
    ['a payment of nothing', `update "Payment" set "amountMinor" = 0`, bob.id, 'payment_amounts'],
    [
      'more refunded than paid',
      `update "Payment" set "amountRefundedMinor" = "amountMinor" + 1`,
      bob.id,
      'payment_amounts',
    ],
    [
      'an ended subscription that renews',
      `update "Subscription" set status = 'CANCELED', "endedAt" = now()`,
      bob.id,
      'subscription_ended',
    ],
    [
      'a cancelled one without an end',
      `update "Subscription" set status = 'CANCELED', "nextRenewalAt" = null`,
      bob.id,
      'subscription_ended',
    ],
    [
      'cancelling without a time',
      `update "Subscription" set "cancelAtPeriodEnd" = true`,
      bob.id,
      'subscription_cancellation',
    ],
    [
      'more of a card number than its end',
      `update "PaymentMethod" set last4 = '42a2'`,
      bob.id,
      'payment_method_last4',
    ],
    [
      'a removed default',
      `update "PaymentMethod" set "removedAt" = now()`,
      bob.id,
      'payment_method_removed',
    ],
  ])('refuse %s', async (_why, statement, customerId, constraint) => {
    await refuse(`${statement} where "customerId" = $1`, [customerId], constraint);
  });

  it.each([
    [`update "Customer" set "emailNormalized" = 'else@example.com'`, 'customer_email'],
    [`update "PortalSettings" set enabled = true, slug = null`, 'portal_enabled_has_address'],
    [`update "PortalSettings" set "primaryColor" = 'red    '`, 'portal_color'],
    [`update "Merchant" set "invoicePrefix" = 'a b'`, 'merchant_invoice_prefix'],
    [`update "Merchant" set mode = 'LIVE', "testClockNow" = now()`, 'merchant_test_clock'],
    [`update "Price" set "unitAmountMinor" = -1`, 'price_amount'],
    [`update "Price" set interval = null`, 'price_recurrence'],
    [`update "SubscriptionItem" set quantity = 0`, 'subscription_item_quantity'],
    [`update "Invoice" set "discountMinor" = 1`, 'invoice_amounts'],
    [`update "Invoice" set "taxIncludedMinor" = 1`, 'invoice_amounts'],
    [`update "Invoice" set "dueDays" = 366`, 'invoice_due_days'],
    [`update "InvoiceLine" set "discountMinor" = "amountMinor" + 1`, 'invoice_line_discount'],
    [`update "InvoiceLine" set "discountMinor" = -1`, 'invoice_line_discount'],
    [`update "InvoiceLine" set "taxMinor" = 1`, 'invoice_line_tax'],
    [`update "InvoiceLine" set "taxRatePpm" = 1`, 'invoice_line_tax'],
    [`update "TaxRate" set "ratePpm" = 1000001`, 'tax_rate_ppm'],
    [`update "TaxRate" set "isDefault" = true, "archivedAt" = now()`, 'tax_rate_default'],
    [`update "TaxRate" set "isDefault" = true`, 'tax_rate_one_default_per_merchant'],
    [`update "Coupon" set "amountOffMinor" = 1, currency = 'EUR'`, 'coupon_off'],
    [`update "Coupon" set "durationMonths" = 1`, 'coupon_duration'],
    [`update "Coupon" set "timesRedeemed" = 2, "maxRedemptions" = 1`, 'coupon_redemptions'],
    [`update "Discount" set "subscriptionId" = null`, 'discount_of_one_thing'],
  ])('refuse %s', async (statement, constraint) => {
    await refuse(statement, [], constraint);
  });
});

describe('webhooks', () => {
  it('are pending with a next attempt, or neither, and there is one delivery of an event', async () => {
    const { endpoint } = await createWebhookEndpoint(t.billing, merchant.system, {
      url: 'http://127.0.0.1:1',
    });
    const { id } = await sendTestWebhook(t.billing, merchant.system, {
      webhookEndpointId: endpoint.id,
    });
    const change = (set: string, constraint: string) =>
      refuse(`update "WebhookDelivery" set ${set} where id = $1`, [id], constraint);
    await change(`"nextAttemptAt" = null`, 'webhook_delivery_planned');
    await change(`status = 'FAILED'`, 'webhook_delivery_planned');
    await change(`status = 'DELIVERED', "nextAttemptAt" = null`, 'webhook_delivery_delivered');
    await change(`"responseBody" = repeat('x', 1001)`, 'webhook_delivery_response');
    await change(`"scheduleStep" = -1`, 'webhook_delivery_attempts');
    await refuse(
      `insert into "WebhookDelivery" (id, "merchantId", "endpointId", "eventId", sequence, "nextAttemptAt")
       select gen_random_uuid(), "merchantId", "endpointId", "eventId", sequence, now()
       from "WebhookDelivery" where id = $1`,
      [id],
      'WebhookDelivery_endpointId_eventId_key',
    );
    const alter = (set: string, constraint: string) =>
      refuse(`update "WebhookEndpoint" set ${set} where id = $1`, [endpoint.id], constraint);
    await alter(`"disabledAt" = now()`, 'webhook_endpoint_disabled');
    await alter(`"deletedAt" = now()`, 'webhook_endpoint_disabled');
    await alter(`"previousSecret" = 'x'`, 'webhook_endpoint_previous_secret');
    await refuse(`insert into "WebhookFeed" values (2, 0)`, [], 'webhook_feed_one');
  });
});

describe('the merchant', () => {
  const nobody = '00000000-0000-7000-8000-000000000000';
  const event = `insert into "Event"
    (id, "merchantId", "customerId", type, "objectType", "objectId", data, "actorKind", "occurredAt")
    values (gen_random_uuid(), $1, $2, 'product.created', 'product', gen_random_uuid(), '{}', 'SYSTEM', now())`;
  const mail = `insert into "EmailMessage"
    (id, "merchantId", "customerId", kind, locale, "toAddress", "dedupeKey")
    values (gen_random_uuid(), $1, $2, 'WEBHOOK_DISABLED', 'en', 'ops@acme.example', gen_random_uuid())`;
  it.each([
    ['an event', event],
    ['a mail', mail],
  ])('of %s exists, about a customer or not', async (_what, insert) => {
    const ada = await merchant.customer();
    await t.database.sql(insert, [merchant.row.id, null]);
    await t.database.sql(insert, [merchant.row.id, ada.id]);
    await expect(t.database.sql(insert, [nobody, null])).rejects.toMatchObject({
      code: '23503',
      message: expect.stringContaining('There is no merchant'),
    });
    await expect(t.database.sql(insert, [other.row.id, ada.id])).rejects.toMatchObject({
      code: '23503',
    });
  });

  it.each(['Invoice', 'Payment'])('of a row of %s is that of its customer', async (table) => {
    const ada = await merchant.customer();
    await ada.subscription();
    await t.drain();
    expect(
      await t.database.sql(`select 1 from "${table}" where "customerId" = $1`, [ada.id]),
    ).toHaveLength(1);
    await expect(
      t.database.sql(`update "${table}" set "merchantId" = $1 where "customerId" = $2`, [
        other.row.id,
        ada.id,
      ]),
    ).rejects.toMatchObject({ code: '23503' });
  });
});

/**
 * A database as it is after two years of business: so many subscriptions, begun in any of its months,
 * each with its customer, card (here and at the gateway), and a last period that was billed, paid and
 * told of; exactly so many of them are due, all in the last hour. Merchants are of very different
 * sizes. Rows lie in the order in which they came to be: those due were begun in the same hour of
 * their month, a few hundred at a time, and were last billed together. Written by plain SQL, because
 * a million of anything by use case takes a day.
 */
import type { Billing } from '@4geeks/billing/ports';
import type { SystemViewer } from '@4geeks/billing/access/viewer';
import { createMerchant } from '@4geeks/billing/merchant/create-merchant';
import { createPrice } from '@4geeks/billing/product/create-price';
import { createProduct } from '@4geeks/billing/product/create-product';
import pg from 'pg';

const merchants = 10;
const months = 24;

/** @param adminUrl the same database, as superuser: what refers to what is right by construction. */
export async function fillDatabase(
  billing: Billing,
  adminUrl: string,
  { subscriptions, due }: { subscriptions: number; due: number },
): Promise<void> {
  const prices: { merchant: string; product: string; price: string }[] = [];
  for (let number = 0; number < merchants; number += 1) {
    const { id: merchantId } = await createMerchant(billing, {
      name: `Bench ${number}`,
      mode: 'LIVE',
      currency: 'EUR',
      locale: 'en',
      timeZone: 'UTC',
      supportEmail: 'bench@payments.example',
      address: '',
      invoicePrefix: `B${number}`,
    });
    const system: SystemViewer = { kind: 'system', merchantId };
    const { id: productId } = await createProduct(billing, system, { name: 'Plan' });
    const price = await createPrice(billing, system, {
      productId,
      currency: 'EUR',
      unitAmountMinor: 1900n,
      interval: 'MONTH',
    });
    prices.push({ merchant: merchantId, product: productId, price: price.id });
  }
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(`SET session_replication_role = replica`);
    await client.query(`SET synchronous_commit = off`);
    await client.query(
      `CREATE UNLOGGED TABLE bench_subscription AS
       WITH price AS (
         SELECT row_number() OVER () - 1 AS number, merchant, price
         FROM jsonb_to_recordset($1::jsonb) AS price (merchant uuid, price uuid)
       ), row AS (
         SELECT i,
           -- A few merchants have most of the customers.
           floor($4 * power(abs(hashint8extended(i, 1) % 1000000) / 1000000.0, 2)) AS merchant_number,
           ((i + 1) * $3::bigint) / $2::bigint > (i * $3::bigint) / $2::bigint AS is_due,
           abs(hashint8extended(i, 2) % 1000000) / 1000000.0 AS share,
           abs(hashint8extended(i, 3) % $5)::int AS months
         FROM generate_series(0, $2::bigint - 1) AS i
       ), billed AS (
         SELECT *, date_trunc('milliseconds', now()) - CASE
             WHEN is_due THEN share * interval '1 hour' + interval '1 month'
             ELSE share * interval '27 days'
           END AS billed_at
         FROM row
       )
       SELECT i, merchant, price, months, anchor, anchor + months * interval '1 month' AS start,
         anchor + (months + 1) * interval '1 month' AS next,
         uuidv7(anchor - now()) AS customer, uuidv7(anchor - now()) AS method,
         uuidv7(anchor - now()) AS subscription, uuidv7(anchor - now()) AS item,
         uuidv7(billed_at - now()) AS invoice, uuidv7(billed_at - now()) AS line,
         uuidv7(billed_at - now()) AS payment,
         row_number() OVER (PARTITION BY merchant ORDER BY billed_at) AS number
       FROM billed JOIN price ON price.number = merchant_number,
         LATERAL (SELECT billed_at - months * interval '1 month' AS anchor) AS begun`,
      [JSON.stringify(prices), subscriptions, due, merchants, months],
    );
    const expiryYear = new Date().getUTCFullYear() + 3;
    for (const statement of statements(expiryYear)) await client.query(statement);
    await client.query('DROP TABLE bench_subscription');
    await client.query('VACUUM ANALYZE');
    await client.query('CHECKPOINT');
  } finally {
    await client.end();
  }
}

const statements = (expiryYear: number): string[] => [
  `INSERT INTO "Customer" (id, "merchantId", name, email, "emailNormalized")
   SELECT customer, merchant, 'Customer ' || i, 'customer-' || i || '@payments.example',
     'customer-' || i || '@payments.example'
   FROM bench_subscription ORDER BY anchor`,
  `INSERT INTO "PaymentMethod" (
     id, "merchantId", "customerId", "gatewayToken", fingerprint, brand, last4, "expMonth",
     "expYear", "isDefault"
   )
   SELECT method, merchant, customer, 'pm_bench_' || i, 'fp_' || i, 'visa', '4242', 12,
     ${expiryYear}, true
   FROM bench_subscription ORDER BY anchor`,
  `INSERT INTO sandbox_gateway.payment_method (
     token, merchant_id, customer_id, alias, brand, last4, fingerprint, exp_month, exp_year, created_at
   )
   SELECT 'pm_bench_' || i, merchant, customer, 'visa', 'visa', '4242', 'fp_' || i, 12,
     ${expiryYear}, anchor
   FROM bench_subscription ORDER BY anchor`,
  `INSERT INTO "Subscription" (
     id, "merchantId", "customerId", status, currency, interval, "intervalCount", "billingAnchor",
     "periodIndex", "currentPeriodStart", "currentPeriodEnd", "nextRenewalAt", "createdAt"
   )
   SELECT subscription, merchant, customer, 'ACTIVE', 'EUR', 'MONTH', 1, anchor, months, start, next,
     next, anchor
   FROM bench_subscription ORDER BY anchor`,
  `INSERT INTO "SubscriptionItem" (id, "merchantId", "subscriptionId", "priceId")
   SELECT item, merchant, subscription, price FROM bench_subscription ORDER BY anchor`,
  `INSERT INTO "Invoice" (
     id, "merchantId", "customerId", "subscriptionId", status, number, currency, "subtotalMinor",
     "totalMinor", "amountPaidMinor", "periodStart", "periodEnd", "finalizedAt", "dueAt", "paidAt",
     "customerName", "customerEmail", locale, "createdAt"
   )
   SELECT invoice, merchant, customer, subscription, 'PAID',
     (SELECT "invoicePrefix" FROM "Merchant" WHERE id = merchant) || '-' || lpad(number::text, 6, '0'),
     'EUR', 1900, 1900, 1900, start, next, start, start, start,
     'Customer ' || i, 'customer-' || i || '@payments.example', 'en', start
   FROM bench_subscription ORDER BY start`,
  `UPDATE "Merchant" SET "nextInvoiceNumber" = 1 + (
     SELECT count(*) FROM bench_subscription WHERE merchant = "Merchant".id
   )`,
  `INSERT INTO "InvoiceLine" (
     id, "merchantId", "invoiceId", "priceId", position, description, quantity, "unitAmountMinor",
     "amountMinor", "periodStart", "periodEnd"
   )
   SELECT line, merchant, invoice, price, 0, 'Plan', 1, 1900, 1900, start, next
   FROM bench_subscription ORDER BY start`,
  `INSERT INTO "Payment" (
     id, "merchantId", "customerId", "invoiceId", "paymentMethodId", status, trigger,
     "attemptNumber", "amountMinor", currency, "idempotencyKey", "gatewayPaymentId", "createdAt",
     "settledAt"
   )
   SELECT payment, merchant, customer, invoice, method, 'SUCCEEDED', 'RENEWAL', 1, 1900, 'EUR',
     'renewal:' || invoice, 'ch_bench_' || i, start, start
   FROM bench_subscription ORDER BY start`,
  `INSERT INTO sandbox_gateway.charge (
     id, idempotency_key, request_hash, payment_method_token, amount_minor, currency, description,
     off_session, status, created_at, settled_at
   )
   SELECT 'ch_bench_' || i, 'renewal:' || invoice, '', 'pm_bench_' || i, 1900, 'EUR', '', true,
     'succeeded', start, start
   FROM bench_subscription ORDER BY start`,
  `INSERT INTO "Event" (
     id, "merchantId", "customerId", type, "objectType", "objectId", data, "actorKind", "occurredAt",
     "createdAt"
   )
   SELECT uuidv7(start - now()), merchant, customer, 'invoice.paid', 'invoice', invoice, '{}', 'SYSTEM',
     start, start
   FROM bench_subscription ORDER BY start`,
];

/**
 * What makes the books of bench/renewals worth reading: earlier invoices with their attempts, some
 * that failed first, some that are past due. And what PostGraphile needs: a role that row-level
 * security holds to its merchant, and the facts that our schema derives as functions.
 */
import pg from 'pg';

/** Whom PostGraphile's requests run as. */
export const readerRole = 'bench_reader';

const earlierInvoices = 7;
const tables = [
  'Customer',
  'PaymentMethod',
  'Subscription',
  'SubscriptionItem',
  'Invoice',
  'InvoiceLine',
  'Payment',
];

/** @param adminUrl the filled database, as superuser. */
export async function addHistory(adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query('SET session_replication_role = replica');
    await client.query('SET synchronous_commit = off');
    for (const statement of [...history, ...readers, ...derived]) await client.query(statement);
    await client.query('VACUUM ANALYZE');
    await client.query('CHECKPOINT');
  } finally {
    await client.end();
  }
}

const history = [
  `CREATE TEMP TABLE history AS
   SELECT "merchantId", "customerId", id AS "subscriptionId", months,
     "billingAnchor" - months * interval '1 month' AS start,
     uuidv7() AS invoice, uuidv7() AS first, uuidv7() AS second,
     months = 1 AND abs(hashtext(id::text)) % 10 = 0 AS "isPastDue",
     abs(hashtext(id::text || months)) % 4 = 0 AS "failedFirst",
     row_number() OVER (PARTITION BY "merchantId" ORDER BY id, months) AS number,
     1900 + 10 * months AS amount
   FROM "Subscription", generate_series(1, ${earlierInvoices}) AS months`,
  `INSERT INTO "Invoice" (
     id, "merchantId", "customerId", "subscriptionId", status, number, currency, "subtotalMinor",
     "totalMinor", "amountPaidMinor", "periodStart", "periodEnd", "finalizedAt", "dueAt", "paidAt",
     "pastDueSince", "dunningPolicyId", "customerName", "customerEmail", locale, "createdAt"
   )
   SELECT invoice, h."merchantId", "customerId", "subscriptionId",
     (CASE WHEN "isPastDue" THEN 'OPEN' ELSE 'PAID' END)::"InvoiceStatus",
     "invoicePrefix" || '-H' || lpad(number::text, 6, '0'), 'EUR', amount, amount,
     CASE WHEN "isPastDue" THEN 0 ELSE amount END, start, start + interval '1 month', start, start,
     CASE WHEN "isPastDue" THEN NULL ELSE start END, CASE WHEN "isPastDue" THEN start END,
     CASE WHEN "isPastDue" THEN (
       SELECT id FROM "DunningPolicy" WHERE "merchantId" = merchant.id LIMIT 1
     ) END,
     customer.name, customer.email, 'en', start
   FROM history AS h
   JOIN "Merchant" AS merchant ON merchant.id = h."merchantId"
   JOIN "Customer" AS customer ON customer.id = "customerId"`,
  `INSERT INTO "Payment" (
     id, "merchantId", "customerId", "invoiceId", "paymentMethodId", status, trigger,
     "attemptNumber", "amountMinor", currency, "idempotencyKey", "declineCode", "declineClass",
     "createdAt", "settledAt"
   )
   SELECT first, h."merchantId", h."customerId", invoice, method.id, 'FAILED'::"PaymentStatus",
     'RENEWAL'::"PaymentTrigger", 1, amount,
     'EUR', 'first:' || invoice, 'insufficient_funds', 'SOFT'::"DeclineClass", start, start
   FROM history AS h JOIN "PaymentMethod" AS method USING ("merchantId", "customerId")
   WHERE "failedFirst" OR "isPastDue"
   UNION ALL
   SELECT second, h."merchantId", h."customerId", invoice, method.id, 'SUCCEEDED', 'DUNNING', 2,
     amount, 'EUR', 'second:' || invoice, NULL, NULL, start, start
   FROM history AS h JOIN "PaymentMethod" AS method USING ("merchantId", "customerId")
   WHERE NOT "isPastDue"`,
];

const readers = [
  `CREATE ROLE ${readerRole} NOLOGIN`,
  // PostGraphile connects as the application does, and steps down for every request.
  `DO $$ BEGIN
     EXECUTE format('GRANT ${readerRole} TO %I', (
       SELECT tableowner FROM pg_tables WHERE tablename = 'Customer' AND schemaname = 'public'
     ));
   END $$`,
  `GRANT USAGE ON SCHEMA public TO ${readerRole}`,
  ...tables.flatMap((table) => [
    `GRANT SELECT ON "${table}" TO ${readerRole}`,
    `ALTER TABLE "${table}" ENABLE ROW LEVEL SECURITY`,
    `CREATE POLICY own_merchant ON "${table}" FOR SELECT TO ${readerRole}
     USING ("merchantId" = (SELECT current_setting('jwt.claims.merchant_id')::uuid))`,
  ]),
];

/** PostGraphile shows them as fields of their table. */
const derived = [
  `CREATE FUNCTION "Customer_pastDueInvoices"(customer "Customer") RETURNS SETOF "Invoice"
   LANGUAGE sql STABLE AS $$
     SELECT * FROM "Invoice" AS invoice
     WHERE invoice."merchantId" = customer."merchantId" AND invoice."customerId" = customer.id
       AND invoice.status = 'OPEN' AND invoice."pastDueSince" IS NOT NULL
     ORDER BY invoice."dueAt", invoice.id
   $$`,
  `CREATE FUNCTION "Customer_billingStatus"(customer "Customer") RETURNS text
   LANGUAGE sql STABLE AS $$
     SELECT CASE
       WHEN EXISTS (
         SELECT FROM "Invoice" AS invoice
         WHERE invoice."merchantId" = customer."merchantId" AND invoice."customerId" = customer.id
           AND invoice.status = 'OPEN' AND invoice."pastDueSince" IS NOT NULL
       ) THEN 'PAST_DUE'
       WHEN EXISTS (
         SELECT FROM "Subscription" AS subscription
         WHERE subscription."merchantId" = customer."merchantId"
           AND subscription."customerId" = customer.id AND subscription."endedAt" IS NULL
       ) THEN 'CURRENT'
       ELSE 'NO_SUBSCRIPTION'
     END
   $$`,
  `CREATE FUNCTION "Customer_defaultPaymentMethod"(customer "Customer") RETURNS "PaymentMethod"
   LANGUAGE sql STABLE AS $$
     SELECT * FROM "PaymentMethod" AS method
     WHERE method."merchantId" = customer."merchantId" AND method."customerId" = customer.id
       AND method."isDefault" AND method."removedAt" IS NULL
     LIMIT 1
   $$`,
  `CREATE FUNCTION "Invoice_amountDueMinor"(invoice "Invoice") RETURNS bigint
   LANGUAGE sql STABLE AS $$
     SELECT invoice."totalMinor" - invoice."amountPaidMinor" - invoice."amountCreditedMinor"
       - invoice."balanceAppliedMinor"
   $$`,
  // The root type of live operations has that name.
  `COMMENT ON TABLE "Subscription" IS '@name contract'`,
  // The invoice's id alone is indexed, which is enough to find its payments by.
  `COMMENT ON CONSTRAINT "Payment_merchantId_invoiceId_fkey" ON "Payment" IS '@isIndexed'`,
];

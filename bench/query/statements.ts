/** The three operations as SQL written by hand. `$1` is the key's hash; the answer is JSON as text. */
export type OperationName = 'customer' | 'invoices' | 'customers';

const key = `WITH key AS (
  SELECT "merchantId", scopes FROM "ApiKey"
  WHERE "keyHash" = $1 AND "revokedAt" IS NULL AND ("expiresAt" IS NULL OR "expiresAt" > now())
    AND scopes @> ARRAY[
      'customers:read', 'invoices:read', 'payments:read', 'subscriptions:read',
      'payment-methods:read'
    ]
)`;

const payments = `(
  SELECT coalesce(json_agg(json_build_object(
    'id', id, 'status', status, 'attemptNumber', "attemptNumber", 'amountMinor', "amountMinor",
    'currency', currency, 'settledAt', "settledAt"
  ) ORDER BY "attemptNumber" DESC), '[]')
  FROM "Payment" AS payment
  WHERE payment."merchantId" = invoice."merchantId" AND payment."invoiceId" = invoice.id
)`;

export const statements: Record<OperationName, string> = {
  customer: `${key}
    SELECT json_build_object(
      'id', customer.id, 'name', name, 'email', email,
      'billingStatus', CASE
        WHEN due.invoices IS NOT NULL THEN 'PAST_DUE'
        WHEN EXISTS (
          SELECT FROM "Subscription" AS subscription
          WHERE subscription."merchantId" = customer."merchantId"
            AND subscription."customerId" = customer.id AND "endedAt" IS NULL
        ) THEN 'CURRENT'
        ELSE 'NO_SUBSCRIPTION'
      END,
      'pastDueInvoices', coalesce(due.invoices, '[]'),
      'paymentMethod', (
        SELECT json_build_object(
          'brand', brand, 'last4', last4, 'expMonth', "expMonth", 'expYear', "expYear"
        )
        FROM "PaymentMethod" AS method
        WHERE method."merchantId" = customer."merchantId" AND method."customerId" = customer.id
          AND "isDefault" AND "removedAt" IS NULL
        LIMIT 1
      ),
      'subscriptions', (
        SELECT coalesce(json_agg(json_build_object(
          'id', id, 'status', status, 'currentPeriodStart', "currentPeriodStart",
          'currentPeriodEnd', "currentPeriodEnd", 'cancelAtPeriodEnd', "cancelAtPeriodEnd"
        )), '[]')
        FROM (
          SELECT * FROM "Subscription" AS subscription
          WHERE subscription."merchantId" = customer."merchantId"
            AND subscription."customerId" = customer.id
          ORDER BY "createdAt" DESC, id DESC LIMIT 5
        ) AS subscription
      )
    )::text AS answer
    FROM key JOIN "Customer" AS customer USING ("merchantId"),
    LATERAL (
      SELECT json_agg(json_build_object(
        'number', number, 'dueAt', "dueAt", 'currency', currency, 'amountDueMinor',
        "totalMinor" - "amountPaidMinor" - "amountCreditedMinor" - "balanceAppliedMinor"
      ) ORDER BY "dueAt", id) AS invoices
      FROM "Invoice" AS invoice
      WHERE invoice."merchantId" = customer."merchantId" AND invoice."customerId" = customer.id
        AND status = 'OPEN' AND "pastDueSince" IS NOT NULL
    ) AS due
    WHERE customer.id = $2`,
  invoices: `${key}
    SELECT coalesce(json_agg(json_build_object(
      'id', invoice.id, 'number', number, 'status', status, 'totalMinor', "totalMinor",
      'amountPaidMinor', "amountPaidMinor", 'currency', currency, 'dueAt', "dueAt",
      'paidAt', "paidAt",
      'customer', json_build_object(
        'id', customer.id, 'name', customer.name, 'email', customer.email
      ),
      'payments', ${payments}
    ) ORDER BY invoice."createdAt" DESC, invoice.id DESC), '[]')::text AS answer
    FROM (
      SELECT * FROM "Invoice" WHERE "merchantId" = (SELECT "merchantId" FROM key)
      ORDER BY "createdAt" DESC, id DESC LIMIT 50
    ) AS invoice
    JOIN "Customer" AS customer
      ON customer."merchantId" = invoice."merchantId" AND customer.id = invoice."customerId"`,
  customers: `${key}
    SELECT coalesce(json_agg(json_build_object(
      'id', customer.id, 'name', name, 'email', email,
      'subscriptions', (
        SELECT coalesce(json_agg(json_build_object(
          'id', id, 'status', status, 'currentPeriodEnd', "currentPeriodEnd"
        )), '[]')
        FROM (
          SELECT * FROM "Subscription" AS subscription
          WHERE subscription."merchantId" = customer."merchantId"
            AND subscription."customerId" = customer.id
          ORDER BY "createdAt" DESC, id DESC LIMIT 5
        ) AS subscription
      ),
      'invoices', (
        SELECT coalesce(json_agg(json_build_object(
          'id', id, 'number', number, 'status', status, 'totalMinor', "totalMinor",
          'currency', currency, 'dueAt', "dueAt", 'payments', ${payments}
        )), '[]')
        FROM (
          SELECT * FROM "Invoice" AS invoice
          WHERE invoice."merchantId" = customer."merchantId"
            AND invoice."customerId" = customer.id AND status <> 'DRAFT'
          ORDER BY "createdAt" DESC, id DESC LIMIT 5
        ) AS invoice
      )
    ) ORDER BY customer."createdAt" DESC, customer.id DESC), '[]')::text AS answer
    FROM (
      SELECT * FROM "Customer" WHERE "merchantId" = (SELECT "merchantId" FROM key)
      ORDER BY "createdAt" DESC, id DESC LIMIT 20
    ) AS customer`,
};

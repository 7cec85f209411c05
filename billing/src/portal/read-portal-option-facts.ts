import { Prisma, type PortalSettings } from '@4geeks/prisma';
import { permissionsOf } from '../access/viewer.ts';
import { inFlightStatuses } from '../payment/statuses.ts';
import type { Billing } from '../ports.ts';
import type { PortalOptionFacts } from './portal-options.ts';

type Row = Pick<PortalSettings, 'enabled' | Extract<keyof PortalSettings, `allow${string}`>> &
  Record<
    | 'alive'
    | 'canceling'
    | 'finalized'
    | 'open'
    | 'collecting'
    | 'methods'
    | 'busy'
    | 'others'
    | 'busyOthers',
    number
  > & { customerId: string; hasDefault: boolean };

/**
 * What decides the portal options of these customers, by one statement.
 *
 * @returns in the order of `customerIds`; null where there is no such customer.
 */
export async function readPortalOptionFacts(
  { database }: Pick<Billing, 'database'>,
  customerIds: readonly string[],
): Promise<(PortalOptionFacts | null)[]> {
  const ofCustomer = Prisma.sql`"merchantId" = customer."merchantId" AND "customerId" = customer.id`;
  const inFlight = [...inFlightStatuses];
  const rows = await database.sql.query<Row>(Prisma.sql`
    SELECT customer.id AS "customerId", settings.enabled, settings."allowUpdatePaymentMethods",
      settings."allowViewPaymentHistory", settings."allowDownloadInvoices",
      settings."allowCancelSubscription", subscription.*, invoice.*, method.*
    FROM "Customer" customer
    JOIN "PortalSettings" settings USING ("merchantId")
    CROSS JOIN LATERAL (
      SELECT count(*)::int AS alive,
        count(*) FILTER (WHERE "cancelAtPeriodEnd")::int AS canceling
      FROM "Subscription" WHERE ${ofCustomer} AND "endedAt" IS NULL
    ) subscription
    CROSS JOIN LATERAL (
      SELECT count(*)::int AS finalized,
        count(*) FILTER (WHERE status = 'OPEN')::int AS open,
        count(*) FILTER (WHERE status = 'OPEN' AND EXISTS (
          SELECT FROM "Payment" payment
          WHERE payment."merchantId" = invoice."merchantId" AND payment."invoiceId" = invoice.id
            AND payment.status::text = ANY(${inFlight})
        ))::int AS collecting
      FROM "Invoice" invoice WHERE ${ofCustomer} AND status <> 'DRAFT'
    ) invoice
    CROSS JOIN LATERAL (
      SELECT count(*)::int AS methods,
        count(*) FILTER (WHERE busy)::int AS busy,
        count(*) FILTER (WHERE NOT "isDefault")::int AS others,
        count(*) FILTER (WHERE busy AND NOT "isDefault")::int AS "busyOthers",
        coalesce(bool_or("isDefault"), false) AS "hasDefault"
      FROM (
        SELECT "isDefault", EXISTS (
          SELECT FROM "Payment" payment
          WHERE payment."merchantId" = method."merchantId"
            AND payment."customerId" = method."customerId"
            AND payment."paymentMethodId" = method.id
            AND payment.status IN ('PENDING', 'PROCESSING')
        ) AS busy
        FROM "PaymentMethod" method WHERE ${ofCustomer} AND "removedAt" IS NULL
      ) kept
    ) method
    WHERE customer.id = ANY(${[...customerIds]}::uuid[])`);
  const byCustomer = new Map(rows.map((row) => [row.customerId, factsOf(row)]));
  return customerIds.map((id) => byCustomer.get(id) ?? null);
}

function factsOf(row: Row): PortalOptionFacts {
  const { enabled, alive, canceling, finalized, open, collecting } = row;
  const { methods: all, busy, others, busyOthers, hasDefault } = row;
  return {
    enabled,
    permissions: permissionsOf(row),
    subscriptions: { alive, canceling },
    invoices: { finalized, open, collecting },
    methods: { all, busy, others, busyOthers, hasDefault },
  };
}

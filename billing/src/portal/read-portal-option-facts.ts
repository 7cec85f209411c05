import { Prisma, type PortalSettings } from '@4geeks/prisma';
import { permissionsOf, type Viewer } from '../access/viewer.ts';
import { inFlightStatuses } from '../payment/statuses.ts';
import type { Billing } from '../ports.ts';
import type { PortalOptionFacts } from './portal-options.ts';
import { sessionIdleMinutes } from './sign-in-limits.ts';

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
    | 'busyOthers'
    | 'planOffers'
    | 'openPlanOffers',
    number
  > & { customerId: string; hasDefault: boolean };

/**
 * What decides the portal options of these customers, by one statement.
 *
 * @param viewer a customer is told of their own session's offer, others of any session's.
 * @returns in the order of `customerIds`; null where there is no such customer.
 */
export async function readPortalOptionFacts(
  { database, clock }: Pick<Billing, 'database' | 'clock'>,
  customerIds: readonly string[],
  viewer?: Viewer,
): Promise<(PortalOptionFacts | null)[]> {
  const ofCustomer = Prisma.sql`"merchantId" = customer."merchantId" AND "customerId" = customer.id`;
  const inFlight = [...inFlightStatuses];
  const now = clock.now();
  const idleSince = new Date(now.getTime() - sessionIdleMinutes * 60_000);
  const ofSession =
    viewer?.kind === 'customer'
      ? Prisma.sql`AND session.id = ${viewer.portalSessionId}::uuid`
      : Prisma.empty;
  const rows = await database.sql.query<Row>(Prisma.sql`
    SELECT customer.id AS "customerId", settings.enabled, settings."allowUpdatePaymentMethods",
      settings."allowViewPaymentHistory", settings."allowDownloadInvoices",
      settings."allowCancelSubscription", subscription.*, offer.*, invoice.*, method.*
    FROM "Customer" customer
    JOIN "PortalSettings" settings USING ("merchantId")
    CROSS JOIN LATERAL (
      SELECT count(*)::int AS alive,
        count(*) FILTER (WHERE "cancelAtPeriodEnd")::int AS canceling
      FROM "Subscription" WHERE ${ofCustomer} AND "endedAt" IS NULL
    ) subscription
    CROSS JOIN LATERAL (
      SELECT count(*)::int AS "planOffers",
        count(*) FILTER (WHERE plan."endedAt" IS NULL AND NOT plan."cancelAtPeriodEnd"
          AND plan.status IN ('TRIALING', 'ACTIVE', 'PAST_DUE')
          AND (
            SELECT count(*) FROM "SubscriptionItem" item
            WHERE item."merchantId" = plan."merchantId" AND item."subscriptionId" = plan.id
          ) = 1
          AND EXISTS (
            SELECT FROM "PlanOfferPrice" offered
            JOIN "Price" price ON price."merchantId" = offered."merchantId" AND price.id = offered."priceId"
            JOIN "Product" product ON product."merchantId" = price."merchantId" AND product.id = price."productId"
            JOIN "SubscriptionItem" item
              ON item."merchantId" = plan."merchantId" AND item."subscriptionId" = plan.id
            JOIN "Price" present ON present."merchantId" = item."merchantId" AND present.id = item."priceId"
            WHERE offered."merchantId" = offer."merchantId" AND offered."planOfferId" = offer.id
              AND price.id <> present.id AND price."archivedAt" IS NULL AND product."archivedAt" IS NULL
              AND (plan.status <> 'PAST_DUE' OR price."unitAmountMinor" <= present."unitAmountMinor")
              AND NOT EXISTS (
                SELECT FROM "SubscriptionScheduledItem" planned
                WHERE planned."merchantId" = plan."merchantId" AND planned."subscriptionId" = plan.id
                  AND planned."priceId" = price.id
              )
          ))::int AS "openPlanOffers"
      FROM "PortalSession" session
      JOIN "PlanOffer" offer
        ON offer."merchantId" = session."merchantId" AND offer.id = session."planOfferId"
      JOIN "Subscription" plan
        ON plan."merchantId" = offer."merchantId" AND plan.id = offer."subscriptionId"
      WHERE session."merchantId" = customer."merchantId" AND session."customerId" = customer.id
        AND session."revokedAt" IS NULL AND session."expiresAt" > ${now}
        AND session."lastSeenAt" > ${idleSince} ${ofSession}
    ) offer
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
  const { planOffers, openPlanOffers } = row;
  const { methods: all, busy, others, busyOthers, hasDefault } = row;
  return {
    enabled,
    permissions: permissionsOf(row),
    subscriptions: { alive, canceling },
    planOffers: { all: planOffers, open: openPlanOffers },
    invoices: { finalized, open, collecting },
    methods: { all, busy, others, busyOthers, hasDefault },
  };
}

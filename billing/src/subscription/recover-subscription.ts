import { Prisma, type Price, type SqlRunner, type Subscription } from '@4geeks/prisma';
import { rowsNamed, type RowKey } from '../access/lock.ts';
import type { PlainTransaction } from '../transaction.ts';
import { resumeRenewals } from './resume-renewals.ts';
import { statusAfter } from './transitions.ts';

/** What decides whether a subscription is active again. */
export type SubscriptionStanding = Pick<
  Subscription,
  | 'id'
  | 'merchantId'
  | 'customerId'
  | 'status'
  | 'cancelAtPeriodEnd'
  | 'billingAnchor'
  | 'interval'
  | 'intervalCount'
  | 'periodIndex'
  | 'currentPeriodStart'
  | 'currentPeriodEnd'
> & {
  merchant: { timeZone: string };
  /** Planned for the end of its period; one says which interval that will be. */
  scheduledItems: readonly { price: Pick<Price, 'interval' | 'intervalCount'> }[];
  /** Those of its invoices that are past due; one says enough. */
  invoices: readonly { id: string }[];
};

/** A subscription is active again once none of its invoices is past due. It is locked. */
export function recoverSubscription(
  transaction: PlainTransaction,
  subscription: SubscriptionStanding,
): Promise<void> {
  return recoverSubscriptions(transaction, [subscription]);
}

/** The same for several, with one statement. */
export async function recoverSubscriptions(
  { send, now, record }: PlainTransaction,
  subscriptions: readonly SubscriptionStanding[],
): Promise<void> {
  const recovered = subscriptions.flatMap((subscription) => {
    const { id, merchantId, status, invoices, cancelAtPeriodEnd } = subscription;
    if (invoices.length > 0) return [];
    const next = statusAfter('everythingPaid', status);
    if (next === status) return [];
    const renewals =
      status === 'UNPAID' && !cancelAtPeriodEnd ? resumeRenewals(subscription, now) : {};
    return [{ subscription, row: { id, merchantId, status: next, ...renewals } }];
  });
  if (recovered.length === 0) return;
  send(Prisma.sql`
    UPDATE "Subscription" AS subscription
    SET status = recovered.status,
      "periodIndex" = coalesce(recovered."periodIndex", subscription."periodIndex"),
      "currentPeriodStart" =
        coalesce(recovered."currentPeriodStart", subscription."currentPeriodStart"),
      "currentPeriodEnd" = coalesce(recovered."currentPeriodEnd", subscription."currentPeriodEnd"),
      "nextRenewalAt" = coalesce(recovered."nextRenewalAt", subscription."nextRenewalAt")
    FROM jsonb_to_recordset(${JSON.stringify(recovered.map(({ row }) => row))}::jsonb) AS recovered (
      id uuid, "merchantId" uuid, status "SubscriptionStatus", "periodIndex" int,
      "currentPeriodStart" timestamptz, "currentPeriodEnd" timestamptz, "nextRenewalAt" timestamptz
    )
    WHERE subscription.id = recovered.id AND subscription."merchantId" = recovered."merchantId"
      AND subscription.id = ANY(${recovered.map(({ row }) => row.id)}::uuid[])`);
  for (const { subscription } of recovered) {
    await record({
      merchantId: subscription.merchantId,
      customerId: subscription.customerId,
      type: 'subscription.recovered',
      objectType: 'subscription',
      objectId: subscription.id,
      data: {},
    });
  }
}

/** Where the subscriptions of these invoices stand, read under their locks. */
export async function readStandingsOf(
  sql: SqlRunner,
  invoices: readonly RowKey[],
): Promise<SubscriptionStanding[]> {
  const rows = await sql.query<
    Omit<SubscriptionStanding, 'merchant' | 'invoices' | 'scheduledItems'> & {
      timeZone: string;
      pastDue: string[];
      /** Asked for only where periods have gone by. */
      planned: Pick<Price, 'interval' | 'intervalCount'> | null;
    }
  >(Prisma.sql`
    SELECT subscription.id, "merchantId", "customerId", status, "cancelAtPeriodEnd",
      "billingAnchor", "interval", "intervalCount", "periodIndex", "currentPeriodStart",
      "currentPeriodEnd", "timeZone",
      CASE WHEN status = 'UNPAID' THEN (
        SELECT jsonb_build_object(
          'interval', price."interval", 'intervalCount', price."intervalCount"
        )
        FROM "SubscriptionScheduledItem" AS item
        JOIN "Price" AS price
          ON price.id = item."priceId" AND price."merchantId" = item."merchantId"
        WHERE item."subscriptionId" = subscription.id
          AND item."merchantId" = subscription."merchantId"
        LIMIT 1
      ) END AS planned,
      ARRAY(
        -- By customer too: the index of what is open leads there, should it be taken for a short one.
        SELECT id FROM "Invoice"
        WHERE "subscriptionId" = subscription.id
          AND "Invoice"."merchantId" = subscription."merchantId"
          AND "Invoice"."customerId" = subscription."customerId"
          AND "Invoice".status = 'OPEN' AND "pastDueSince" IS NOT NULL
      ) AS "pastDue"
    FROM "Subscription" AS subscription
    JOIN "Merchant" ON "Merchant".id = "merchantId"
    WHERE subscription.id IN (
      SELECT "subscriptionId" FROM "Invoice" JOIN ${rowsNamed(invoices)} USING ("merchantId", id)
    )`);
  return rows.map(({ timeZone, pastDue, planned, ...row }) => ({
    ...row,
    merchant: { timeZone },
    scheduledItems: planned ? [{ price: planned }] : [],
    invoices: pastDue.map((id) => ({ id })),
  }));
}

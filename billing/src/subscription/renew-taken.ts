import type { Customer } from '@4geeks/prisma';
import { liveDiscounts } from '../discount/applicable-discounts.ts';
import {
  billedMerchant,
  billedPrice,
  issuePeriodInvoices,
  type BilledSubscription,
} from '../invoice/issue-period-invoice.ts';
import { toJson } from '../insert-rows.ts';
import type { BillingTransaction } from '../transaction.ts';
import { applyScheduledItems } from './apply-scheduled-items.ts';
import { endSubscription } from './end-subscription.ts';
import { planRenewal, type PlannedRenewal } from './plan-renewal.ts';
import { statusAfter } from './transitions.ts';

type RenewingSubscription = BilledSubscription & {
  customer: Customer;
  _count: { scheduledItems: number };
};

/**
 * Takes subscriptions over the end of their current periods: bills the next ones, with the items
 * planned for them, or ends those whose customers asked for that. One or hundreds, with the same few
 * statements; only what is uncommon (an end, a planned change) goes one by one. Part of the caller's
 * transaction, which has them locked.
 *
 * @param ids due; invoices are numbered in this order.
 * @returns the ids of those that ended.
 * @throws ConflictError where a status does not let one renew.
 */
export async function renewTaken(
  transaction: BillingTransaction,
  ids: readonly string[],
): Promise<Set<string>> {
  const subscriptions = await readSubscriptions(transaction, ids);
  const ending = subscriptions.filter(({ cancelAtPeriodEnd }) => cancelAtPeriodEnd);
  for (const subscription of ending) {
    statusAfter('endWithPeriod', subscription.status);
    await endSubscription(transaction, subscription, subscription.currentPeriodEnd);
  }
  const renewing = await withPlannedItems(
    transaction,
    subscriptions.filter(({ cancelAtPeriodEnd }) => !cancelAtPeriodEnd),
  );
  const planned = renewing.map((subscription) => ({
    subscription,
    customer: subscription.customer,
    ...planRenewal(subscription),
  }));
  await moveOn(transaction, planned);
  for (const { subscription, period } of planned) {
    await transaction.record({
      merchantId: subscription.merchantId,
      customerId: subscription.customerId,
      type: 'subscription.renewed',
      objectType: 'subscription',
      objectId: subscription.id,
      data: { periodStart: period.start.toISOString(), periodEnd: period.end.toISOString() },
    });
  }
  await issuePeriodInvoices(transaction, planned);
  return new Set(ending.map(({ id }) => id));
}

/** Hundreds share a few merchants and prices, which are read once and not with each. */
async function readSubscriptions(
  { database }: BillingTransaction,
  ids: readonly string[],
): Promise<RenewingSubscription[]> {
  if (ids.length === 0) return [];
  const found = await database.subscription.findMany({
    where: { id: { in: [...ids] } },
    include: {
      items: { orderBy: { id: 'asc' } },
      discounts: liveDiscounts,
      customer: true,
      _count: { select: { scheduledItems: true } },
    },
  });
  const named = (wanted: readonly string[]) => ({ where: { id: { in: [...new Set(wanted)] } } });
  const prices = await database.price.findMany({
    ...billedPrice,
    ...named(found.flatMap(({ items }) => items.map(({ priceId }) => priceId))),
  });
  const merchants = await database.merchant.findMany({
    ...named(found.map(({ merchantId }) => merchantId)),
    select: { id: true, ...billedMerchant },
  });
  const priceById = new Map(prices.map((price) => [price.id, price]));
  const merchantById = new Map(merchants.map((merchant) => [merchant.id, merchant]));
  const byId = new Map(
    found.map((subscription) => [
      subscription.id,
      {
        ...subscription,
        merchant: merchantById.get(subscription.merchantId)!,
        items: subscription.items.map((item) => ({
          ...item,
          price: priceById.get(item.priceId)!,
        })),
      },
    ]),
  );
  return ids.map((id) => byId.get(id)!);
}

/** Planned changes come true before the new period is billed. */
async function withPlannedItems(
  transaction: BillingTransaction,
  subscriptions: readonly RenewingSubscription[],
): Promise<RenewingSubscription[]> {
  const changing = subscriptions.filter(({ _count }) => _count.scheduledItems > 0);
  for (const subscription of changing) await applyScheduledItems(transaction, subscription);
  const changed = await readSubscriptions(
    transaction,
    changing.map(({ id }) => id),
  );
  const byId = new Map(changed.map((subscription) => [subscription.id, subscription]));
  return subscriptions.map((subscription) => byId.get(subscription.id) ?? subscription);
}

async function moveOn(
  { database }: BillingTransaction,
  planned: readonly (PlannedRenewal & { subscription: { id: string } })[],
): Promise<void> {
  if (planned.length === 0) return;
  const rows = planned.map(({ subscription: { id }, status, periodIndex, period }) => ({
    id,
    status,
    periodIndex,
    start: period.start,
    end: period.end,
  }));
  await database.$executeRaw`
    UPDATE "Subscription" SET
      status = next.status, "periodIndex" = next."periodIndex", "currentPeriodStart" = next.start,
      "currentPeriodEnd" = next.end, "nextRenewalAt" = next.end
    FROM jsonb_to_recordset(${toJson(rows)}::jsonb) AS next (
      id uuid, status "SubscriptionStatus", "periodIndex" int, start timestamptz, "end" timestamptz
    )
    WHERE "Subscription".id = next.id
      -- Says that they are few: by index, whatever the size of the table.
      AND "Subscription".id = ANY(${rows.map(({ id }) => id)}::uuid[])`;
}

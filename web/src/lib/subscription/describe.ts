import type { BillingInterval, SubscriptionStatus } from '#lib/gql/graphql.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Tone } from '#lib/ui/tones.ts';

const intervals = {
  DAY: m.common_interval_day,
  WEEK: m.common_interval_week,
  MONTH: m.common_interval_month,
  YEAR: m.common_interval_year,
} satisfies Record<BillingInterval, unknown>;

/** “per month”, “every 3 months” */
export function intervalText(interval: BillingInterval, count: number): string {
  return intervals[interval]({ count });
}

const namedByInterval = {
  DAY: m.common_plan_day,
  WEEK: m.common_plan_week,
  MONTH: m.common_plan_month,
  YEAR: m.common_plan_year,
} satisfies Record<BillingInterval, unknown>;

/** How often something is paid; null where it is paid once. */
export type Billed = { interval: BillingInterval | null; intervalCount: number | null };

/** “Pro plan (yearly)”, “Pro plan (every 3 months)” */
export function withInterval(plan: string, { interval, intervalCount }: Billed): string {
  return interval ? namedByInterval[interval]({ plan, count: intervalCount ?? 1 }) : plan;
}

export function sameInterval(one: Billed, other: Billed): boolean {
  return one.interval === other.interval && one.intervalCount === other.intervalCount;
}

/** What a subscription is to have with its next period: with the interval, where it is another one. */
export function plannedText({
  scheduledItems,
  ...subscription
}: Billed & {
  scheduledItems: readonly (Billed & { productName: string; quantity: number })[];
}): string {
  const [first] = scheduledItems;
  const text = itemsText(scheduledItems);
  return !first || sameInterval(first, subscription) ? text : withInterval(text, first);
}

const statuses: Record<SubscriptionStatus, { tone: Tone; label: () => string }> = {
  TRIALING: { tone: 'info', label: m.common_status_trialing },
  ACTIVE: { tone: 'success', label: m.common_status_active },
  PAST_DUE: { tone: 'danger', label: m.common_status_past_due },
  PAUSED: { tone: 'neutral', label: m.common_status_paused },
  UNPAID: { tone: 'danger', label: m.common_status_unpaid },
  CANCELED: { tone: 'neutral', label: m.common_status_canceled },
};

/** Every status, in the order filters list them. */
export const subscriptionStatuses = Object.keys(statuses) as SubscriptionStatus[];

export function statusText(status: SubscriptionStatus): string {
  return statuses[status].label();
}

/** Tone and words of a subscription's status badge. */
export function subscriptionBadge(subscription: {
  status: SubscriptionStatus;
  cancelAtPeriodEnd: boolean;
  endedAt: string | null;
}): { tone: Tone; label: string } {
  const { tone, label } = statuses[subscription.status];
  const leaving = subscription.cancelAtPeriodEnd && !subscription.endedAt;
  if (leaving && subscription.status !== 'PAST_DUE') {
    return { tone: 'warning', label: m.common_status_cancels_at_period_end() };
  }
  return { tone, label: label() };
}

/** “Pro plan, 3 × Extra seat” */
export function itemsText(items: readonly { productName: string; quantity: number }[]): string {
  return items
    .map(({ productName, quantity }) =>
      quantity === 1 ? productName : `${quantity} × ${productName}`,
    )
    .join(', ');
}

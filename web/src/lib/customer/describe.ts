import type { CustomerBillingStatus } from '#lib/gql/graphql.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Tone } from '#lib/ui/tones.ts';

const statuses: Record<CustomerBillingStatus, { tone: Tone; label: () => string }> = {
  CURRENT: { tone: 'success', label: m.common_status_up_to_date },
  PAST_DUE: { tone: 'danger', label: m.common_status_past_due },
  NO_SUBSCRIPTION: { tone: 'neutral', label: m.common_status_no_subscription },
};

/** Tone and words of a customer's status badge. */
export function customerBadge(status: CustomerBillingStatus): { tone: Tone; label: string } {
  const { tone, label } = statuses[status];
  return { tone, label: label() };
}

/** Statuses that customers can be filtered by. */
export const billingStatuses = Object.keys(statuses) as CustomerBillingStatus[];

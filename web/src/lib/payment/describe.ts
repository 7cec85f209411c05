import type { PaymentStatus } from '#lib/gql/graphql.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Tone } from '#lib/ui/tones.ts';

const statuses: Record<PaymentStatus, { tone: Tone; label: () => string }> = {
  PENDING: { tone: 'info', label: m.common_status_pending },
  PROCESSING: { tone: 'info', label: m.common_status_processing },
  REQUIRES_ACTION: { tone: 'warning', label: m.common_status_requires_action },
  SUCCEEDED: { tone: 'success', label: m.common_status_succeeded },
  FAILED: { tone: 'danger', label: m.common_status_failed },
};

/** Tone and words of a payment's status badge. */
export function paymentBadge(status: PaymentStatus): { tone: Tone; label: string } {
  const { tone, label } = statuses[status];
  return { tone, label: label() };
}

/** Every status, in the order filters list them. */
export const paymentStatuses: PaymentStatus[] = [
  'SUCCEEDED',
  'FAILED',
  'PENDING',
  'PROCESSING',
  'REQUIRES_ACTION',
];

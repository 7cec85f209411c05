import type { DisputeStatus, PaymentStatus } from '#lib/gql/graphql.ts';
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

const disputeStatuses: Record<DisputeStatus, { tone: Tone; label: () => string }> = {
  OPEN: { tone: 'warning', label: m.console_dispute_open },
  WON: { tone: 'success', label: m.console_dispute_won },
  LOST: { tone: 'danger', label: m.console_dispute_lost },
};

/** Tone and words of a dispute's status badge. */
export function disputeBadge(status: DisputeStatus): { tone: Tone; label: string } {
  const { tone, label } = disputeStatuses[status];
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

import type { CancellationReason } from '#lib/gql/graphql.ts';
import { m } from '#lib/paraglide/messages.js';

const labels: Record<CancellationReason, () => string> = {
  TOO_EXPENSIVE: m.common_cancel_reason_too_expensive,
  MISSING_FEATURES: m.common_cancel_reason_missing_features,
  SWITCHED_SERVICE: m.common_cancel_reason_switched_service,
  UNUSED: m.common_cancel_reason_unused,
  CUSTOMER_SERVICE: m.common_cancel_reason_customer_service,
  LOW_QUALITY: m.common_cancel_reason_low_quality,
  TOO_COMPLEX: m.common_cancel_reason_too_complex,
  OTHER: m.common_cancel_reason_other,
};

/** Why somebody leaves, in words. */
export function cancellationReasonText(reason: CancellationReason): string {
  return labels[reason]();
}

/** Every reason there is, in the order they are offered. */
export function cancellationReasons(): { value: CancellationReason; label: string }[] {
  return Object.entries(labels).map(([value, label]) => ({
    value: value as CancellationReason,
    label: label(),
  }));
}

/** Whether something read from an event names a reason. */
export function isCancellationReason(value: unknown): value is CancellationReason {
  return typeof value === 'string' && Object.hasOwn(labels, value);
}

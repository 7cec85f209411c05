import type {
  WebhookDeliveryRowFragment,
  WebhookDeliveryStatus,
  WebhookDisabledReason,
  WebhookEndpointRowFragment,
  WebhookFailure,
} from '#lib/gql/graphql.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Tone } from '#lib/ui/tones.ts';

type State = Pick<WebhookEndpointRowFragment, 'isEnabled' | 'disabledReason' | 'failingSince'>;

/** Tone and words of an endpoint's badge. */
export function endpointBadge({ isEnabled, disabledReason, failingSince }: State): {
  tone: Tone;
  label: string;
} {
  if (!isEnabled) {
    const byHand = disabledReason === 'BY_HAND';
    return { tone: byHand ? 'neutral' : 'danger', label: m.console_webhook_disabled() };
  }
  return failingSince
    ? { tone: 'warning', label: m.console_webhook_failing() }
    : { tone: 'success', label: m.console_webhook_enabled() };
}

const reasons: Record<WebhookDisabledReason, { short: () => string; long: () => string }> = {
  BY_HAND: { short: m.console_webhook_off_by_hand, long: m.console_webhook_off_by_hand_text },
  FAILING: { short: m.console_webhook_off_failing, long: m.console_webhook_off_failing_text },
  GONE: { short: m.console_webhook_off_gone, long: m.console_webhook_off_gone_text },
};

/** Why an endpoint is disabled, in a few words. */
export const disabledReasonText = (reason: WebhookDisabledReason) => reasons[reason].short();
/** The same in whole sentences, with what to do. */
export const disabledAdvice = (reason: WebhookDisabledReason) => reasons[reason].long();

const longestName = 60;

/** An address as a name: without scheme, and shortened where it is long. */
export function endpointName({ url }: { url: string }): string {
  const name = url.replace(/^https?:\/\//, '').replace(/\/$/, '');
  return name.length > longestName ? `${name.slice(0, longestName)}…` : name;
}

/** What an endpoint listens to, in a few words. */
export function eventsText({ eventTypes }: Pick<WebhookEndpointRowFragment, 'eventTypes'>): string {
  return eventTypes.length === 0
    ? m.console_webhook_events_all()
    : m.console_webhook_events_count({ count: eventTypes.length });
}

const deliveryStatuses: Record<WebhookDeliveryStatus, { tone: Tone; label: () => string }> = {
  PENDING: { tone: 'info', label: m.console_webhook_delivery_pending },
  DELIVERED: { tone: 'success', label: m.console_webhook_delivery_delivered },
  FAILED: { tone: 'danger', label: m.console_webhook_delivery_failed },
};

export const deliveryFilters: WebhookDeliveryStatus[] = ['FAILED', 'PENDING', 'DELIVERED'];

export function deliveryFilterText(status: WebhookDeliveryStatus): string {
  return deliveryStatuses[status].label();
}

/** Tone and words of a delivery's badge. */
export function deliveryBadge({
  status,
  lastAttemptAt,
}: Pick<WebhookDeliveryRowFragment, 'status' | 'lastAttemptAt'>): { tone: Tone; label: string } {
  if (status === 'PENDING' && lastAttemptAt !== null) {
    return { tone: 'warning', label: m.console_webhook_delivery_retrying() };
  }
  const { tone, label } = deliveryStatuses[status];
  return { tone, label: label() };
}

const failures: Record<WebhookFailure, () => string> = {
  TIMEOUT: m.console_webhook_failure_timeout,
  ADDRESS_REFUSED: m.console_webhook_failure_address_refused,
  NAME_NOT_RESOLVED: m.console_webhook_failure_name_not_resolved,
  TLS_FAILED: m.console_webhook_failure_tls_failed,
  CONNECTION_FAILED: m.console_webhook_failure_connection_failed,
  ENDPOINT_DISABLED: m.console_webhook_failure_endpoint_disabled,
};

export const failureText = (failure: WebhookFailure) => failures[failure]();

/** While something is sent, its next attempt is when it is taken for lost: within this time. */
const claimedMs = 100_000;

/** Whether a delivery may look different any moment. */
export function isUnderWay(
  { status, nextAttemptAt }: Pick<WebhookDeliveryRowFragment, 'status' | 'nextAttemptAt'>,
  now: number,
): boolean {
  if (status !== 'PENDING' || nextAttemptAt === null) return false;
  return new Date(nextAttemptAt).getTime() - now < claimedMs;
}

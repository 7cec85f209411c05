import type { WebhookEndpoint } from '@4geeks/prisma';
import type { Billing } from '../ports.ts';
import { claimDeliveries, type ClaimedDelivery } from './claim-deliveries.ts';
import { signingSecrets } from './endpoint-secret.ts';
import { giveUpPending } from './lock-endpoint.ts';
import { payloadOf } from './payload.ts';
import { recordAttempt } from './record-attempt.ts';

/** How many are sent to one endpoint at once, and claimed together. One that fails gets fewer. */
const healthy = { atOnce: 4, together: 20 };
const failing = { atOnce: 1, together: 5 };

/**
 * Sends an endpoint some of what is due for it, in the order of the events, a few at once.
 *
 * @returns how many were tried.
 */
export async function serveEndpoint(
  billing: Billing,
  endpointId: string,
  signal?: AbortSignal,
): Promise<number> {
  const { database, clock, secrets } = billing;
  const endpoint = await database.webhookEndpoint.findUniqueOrThrow({ where: { id: endpointId } });
  if (endpoint.disabledAt) {
    await giveUpPending(database, endpointId);
    return 0;
  }
  const now = clock.now();
  const { atOnce, together } = endpoint.failingSince ? failing : healthy;
  const claimed = await claimDeliveries(database.sql, { endpointId, now, most: together });
  const keys = claimed.length > 0 ? signingSecrets(endpoint, secrets, now) : [];
  const left = [...claimed];
  const sendOnes = async () => {
    for (let delivery = left.shift(); delivery; delivery = left.shift()) {
      await sendOne(billing, endpoint, keys, delivery, signal);
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: atOnce }, sendOnes));
  const failed = ended.find((each) => each.status === 'rejected');
  if (failed) throw failed.reason;
  return claimed.length;
}

/** Given up by us, it stays claimed and is due again after a while. */
async function sendOne(
  billing: Billing,
  { url }: WebhookEndpoint,
  secrets: readonly string[],
  delivery: ClaimedDelivery,
  signal: AbortSignal | undefined,
): Promise<void> {
  const payload = payloadOf(delivery.event, billing.apiId);
  const outcome = await billing.webhooks.send({
    url,
    id: payload.id,
    body: JSON.stringify(payload),
    secrets,
    signal,
  });
  if (outcome.status !== 'aborted') await recordAttempt(billing, delivery, outcome);
}

/** The receiving side of the sandbox's webhooks: what our installation knows of the gateway. */
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { z } from 'zod';

import { InvalidWebhookError, type ReadWebhook } from '../../../gateway-notice.ts';

const reportShape = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('charge.updated'),
    data: z.object({ idempotencyKey: z.string().min(1).max(500) }),
  }),
  z.object({
    type: z.literal('dispute.updated'),
    data: z.object({
      disputeId: z.string().min(1).max(200),
      idempotencyKey: z.string().min(1).max(500),
    }),
  }),
]);

/**
 * @param secret the one the gateway signs with.
 * @returns reads one webhook; null: of a type we have no use for.
 * @throws InvalidWebhookError from the reader; timestamps may be five minutes off.
 */
export function createWebhookReader(secret: string): ReadWebhook {
  const webhook = new Webhook(secret);
  return (headers, body) => {
    let report: unknown;
    try {
      report = webhook.verify(body, Object.fromEntries(headers));
    } catch (error) {
      if (error instanceof WebhookVerificationError || error instanceof SyntaxError) {
        throw new InvalidWebhookError('The webhook is not to be trusted', { cause: error });
      }
      throw error;
    }
    const parsed = reportShape.safeParse(report);
    if (!parsed.success) return null;
    const { idempotencyKey } = parsed.data.data;
    return parsed.data.type === 'charge.updated'
      ? { kind: 'charge', idempotencyKey }
      : { kind: 'dispute', gatewayDisputeId: parsed.data.data.disputeId, idempotencyKey };
  };
}

/** What gateways' webhooks tell, whichever gateway it is: what its adapter reads, and http passes on. */

/** What a gateway's webhook tells: ask about this charge, or about this dispute. */
export type GatewayNotice =
  | { kind: 'charge'; idempotencyKey: string }
  | { kind: 'dispute'; gatewayDisputeId: string; idempotencyKey: string };

/** It was not signed by the gateway, was altered, or was sent too long ago. */
export class InvalidWebhookError extends Error {
  override name = 'InvalidWebhookError';
}

/** @throws InvalidWebhookError; null: of a type we have no use for. */
export type ReadWebhook = (headers: Headers, body: string) => GatewayNotice | null;

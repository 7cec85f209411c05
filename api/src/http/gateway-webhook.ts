/**
 * `POST /webhooks/gateway`: the gateway says that a charge or a dispute changed. Only its signature is
 * believed: what the change is, a job asks the gateway itself. So a webhook that is sent again, or
 * replayed by somebody who saw it, has no effect beyond one more question.
 */
import { noteDisputeUpdate } from '@4geeks/billing/dispute/note-dispute-update';
import { noteChargeUpdate } from '@4geeks/billing/payment/note-charge-update';
import type { Billing } from '@4geeks/billing/ports';

import { InvalidWebhookError, type GatewayNotice, type ReadWebhook } from '../gateway-notice.ts';

/** @returns 204 once the job is committed; anything else, and the gateway tries again. */
export async function takeGatewayWebhook(
  billing: Billing,
  readWebhook: ReadWebhook,
  request: Request,
): Promise<Response> {
  if (request.method !== 'POST') {
    return new Response('Send a POST request.', { status: 405, headers: { allow: 'POST' } });
  }
  let notice: GatewayNotice | null;
  try {
    notice = readWebhook(request.headers, await request.text());
  } catch (error) {
    if (error instanceof InvalidWebhookError) {
      return Response.json({ error: 'INVALID_SIGNATURE' }, { status: 401 });
    }
    throw error;
  }
  if (notice?.kind === 'charge') await noteChargeUpdate(billing, notice);
  if (notice?.kind === 'dispute') await noteDisputeUpdate(billing, notice);
  return new Response(null, { status: 204 });
}

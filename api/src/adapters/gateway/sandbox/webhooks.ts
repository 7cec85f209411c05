/**
 * How the sandbox reports what happened: signed requests after the Standard Webhooks specification,
 * written down with the change they report and posted until they are acknowledged.
 */
import type { Pool, PoolClient } from 'pg';
import { Webhook } from 'standardwebhooks';

import type { SandboxContext } from './context.ts';
import { newSecret } from './secrets.ts';

/** What is reported: that something changed, and its name. How it is now, the receiver asks. */
export type SandboxReport =
  | { type: 'charge.updated'; data: { idempotencyKey: string } }
  | { type: 'dispute.updated'; data: { disputeId: string; idempotencyKey: string } };

/** Seconds until the next try, after each that was not acknowledged; then it is given up. */
const retrySeconds = [5, 30, 120, 600, 1800, 7200, 21_600, 43_200, 86_400, 86_400];
const answerMs = 5000;
const batchSize = 20;

/** Part of the change reported: it goes out if and only if that commits. */
export async function queueWebhook(
  { now }: Pick<SandboxContext, 'now'>,
  client: Pool | PoolClient,
  { type, data }: SandboxReport,
): Promise<void> {
  await client.query(
    `insert into sandbox_gateway.webhook (id, payload, next_attempt_at, created_at)
     values ($1, $2, $3, $3)`,
    [newSecret('msg'), JSON.stringify({ type, timestamp: now().toISOString(), data }), now()],
  );
}

/**
 * Posts every report that is due. Any number of processes may do so at once: each report is claimed
 * by putting off its next try, so that a process that dies meanwhile only delays it.
 *
 * @returns how many were acknowledged.
 */
export async function deliverWebhooks(context: SandboxContext): Promise<number> {
  let delivered = 0;
  for (;;) {
    const now = context.now();
    const { rows } = await context.pool.query<{ id: string; payload: string; attempts: number }>(
      `update sandbox_gateway.webhook w
       set attempts = w.attempts + 1,
           next_attempt_at = $1::timestamptz
             + make_interval(secs => ($2::int[])[w.attempts + 1])
       where w.id in (
         select id from sandbox_gateway.webhook
         where next_attempt_at <= $1 order by next_attempt_at, id
         for update skip locked limit ${batchSize}
       )
       returning w.id, w.payload, w.attempts`,
      [now, retrySeconds],
    );
    for (const { id, payload } of rows) {
      if (!(await post(context, id, payload))) continue;
      await context.pool.query(
        `update sandbox_gateway.webhook set delivered_at = $2, next_attempt_at = null where id = $1`,
        [id, context.now()],
      );
      delivered += 1;
    }
    if (rows.length < batchSize) return delivered;
  }
}

/** @returns whether it was acknowledged. */
async function post(
  { webhooks, faults }: SandboxContext,
  id: string,
  payload: string,
): Promise<boolean> {
  try {
    await faults.beforeWebhook?.(payload);
    // Signatures tell the time of sending, which is the wall clock's whatever a test clock says.
    const sentAt = new Date();
    const request = new Request(webhooks.url(), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
        'webhook-signature': new Webhook(webhooks.secret).sign(id, sentAt, payload),
      },
      body: payload,
      redirect: 'error',
      signal: AbortSignal.timeout(answerMs),
    });
    const response = await (webhooks.post ?? fetch)(request);
    await response.body?.cancel();
    return response.ok;
  } catch {
    // Whatever it was, it is tried again.
    return false;
  }
}

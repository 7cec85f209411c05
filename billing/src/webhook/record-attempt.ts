import { Prisma } from '@4geeks/prisma';
import type { Billing, WebhookOutcome } from '../ports.ts';
import type { ClaimedDelivery } from './claim-deliveries.ts';
import { disableFailingEndpoint } from './disable-failing-endpoint.ts';
import { readRetryAfter } from './retry-after.ts';
import { planRetry } from './retry-schedule.ts';

const gone = 410;

/**
 * Records what came of an attempt, and plans the next one where it failed. Anything but 2xx is a
 * failure; 429 and 503 may say when to come back; 410 Gone disables the endpoint, and so does giving
 * up a delivery after days of failures.
 */
export async function recordAttempt(
  billing: Billing,
  delivery: ClaimedDelivery,
  outcome: Exclude<WebhookOutcome, { status: 'aborted' }>,
): Promise<void> {
  const now = billing.clock.now();
  const isAnswered = outcome.status === 'answered';
  if (isAnswered && outcome.responseStatus >= 200 && outcome.responseStatus < 300) {
    await recordDelivered(billing, delivery, outcome, now);
    return;
  }
  const isGone = isAnswered && outcome.responseStatus === gone;
  const { endpointId, scheduleStep: step } = delivery;
  const beganAt = (step > 0 ? delivery.scheduleBeganAt : null) ?? now;
  const notBefore = isAnswered ? readRetryAfter(outcome, now) : null;
  const next = isGone ? null : planRetry({ endpointId, step, failedAt: now, beganAt, notBefore });
  const nextAt = next?.at ?? null;
  const { sql } = billing.database;
  // What was given up meanwhile, its endpoint being disabled, stays so.
  await Promise.all([
    sql.query(Prisma.sql`
      UPDATE "WebhookDelivery" SET
        attempts = attempts + 1,
        "lastAttemptAt" = ${now}::timestamptz,
        "responseStatus" = ${isAnswered ? outcome.responseStatus : null}::int,
        "responseBody" = ${isAnswered ? outcome.responseBody : null}::text,
        failure = ${isAnswered ? null : outcome.failure}::"WebhookFailure",
        "scheduleStep" = CASE WHEN status = 'PENDING'
          THEN ${next?.step ?? step + 1}::int ELSE "scheduleStep" END,
        "scheduleBeganAt" = ${beganAt}::timestamptz,
        "nextAttemptAt" = CASE WHEN status = 'PENDING' THEN ${nextAt}::timestamptz END,
        status = CASE WHEN status = 'PENDING' AND ${nextAt}::timestamptz IS NULL
          THEN 'FAILED' ELSE status END
      WHERE id = ${delivery.id}::uuid`),
    sql.query(Prisma.sql`
      UPDATE "WebhookEndpoint" SET "failingSince" = ${now}::timestamptz
      WHERE id = ${endpointId}::uuid AND "failingSince" IS NULL`),
  ]);
  if (next === null) {
    await disableFailingEndpoint(billing, delivery, isGone ? 'GONE' : 'FAILING');
  }
}

async function recordDelivered(
  { database: { sql } }: Pick<Billing, 'database'>,
  { id, endpointId }: ClaimedDelivery,
  { responseStatus, responseBody }: Extract<WebhookOutcome, { status: 'answered' }>,
  now: Date,
): Promise<void> {
  await Promise.all([
    sql.query(Prisma.sql`
      UPDATE "WebhookDelivery" SET
        status = 'DELIVERED', attempts = attempts + 1, failure = NULL, "nextAttemptAt" = NULL,
        "lastAttemptAt" = ${now}::timestamptz, "deliveredAt" = ${now}::timestamptz,
        "responseStatus" = ${responseStatus}::int, "responseBody" = ${responseBody}::text
      WHERE id = ${id}::uuid`),
    sql.query(Prisma.sql`
      UPDATE "WebhookEndpoint" SET "failingSince" = NULL
      WHERE id = ${endpointId}::uuid AND "failingSince" IS NOT NULL AND "disabledAt" IS NULL`),
  ]);
}

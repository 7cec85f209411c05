import { Prisma } from '@4geeks/prisma';
import { forgetInBatches } from '../forget-in-batches.ts';
import type { Billing } from '../ports.ts';

/** How long deliveries are kept; docs/api/webhooks.md promises it. */
export const deliveryDays = 30;
const dayMs = 86_400_000;

/**
 * Deletes deliveries of more than 30 days ago with their answers, by index and in batches. What is
 * still to be sent stays, however old. Events stay.
 *
 * @param options.most rows of a batch.
 * @returns how many.
 */
export function forgetWebhookDeliveries(
  { database, clock }: Pick<Billing, 'database' | 'clock'>,
  options: { most?: number; signal?: AbortSignal } = {},
): Promise<number> {
  const until = new Date(clock.now().getTime() - deliveryDays * dayMs);
  return forgetInBatches(async (most) => {
    // Above settledSequence events are looked at again: without its delivery one would be sent again.
    const rows = await database.sql.query(Prisma.sql`
      DELETE FROM "WebhookDelivery" WHERE id IN (
        SELECT id FROM "WebhookDelivery"
        WHERE "nextAttemptAt" IS NULL AND "createdAt" <= ${until}::timestamptz
          AND sequence <= (SELECT "settledSequence" FROM "WebhookFeed")
        ORDER BY "createdAt" LIMIT ${most}
        FOR UPDATE SKIP LOCKED
      )
      RETURNING id`);
    return rows.length;
  }, options);
}

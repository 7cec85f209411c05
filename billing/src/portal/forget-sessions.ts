import { Prisma } from '@4geeks/prisma';
import { forgetInBatches } from '../forget-in-batches.ts';
import type { Billing } from '../ports.ts';

/** How long an ended session, and a used or expired link, is kept: somebody may ask what became of it. */
const keptMs = 86_400_000;

/**
 * Deletes portal sessions, and links of createPortalSession, that expired more than a day ago, by index
 * and in batches. Sessions last a day at most and links some minutes: what ended or was used before its
 * time goes with them, and so do plans that were on offer in them. Who signed in when stands in the
 * events.
 *
 * @param options.most rows of a batch.
 * @returns how many of each.
 */
export async function forgetPortalSessions(
  { database, clock }: Pick<Billing, 'database' | 'clock'>,
  options: { most?: number; signal?: AbortSignal } = {},
): Promise<{ sessions: number; links: number; planOffers: number }> {
  const until = new Date(clock.now().getTime() - keptMs);
  const forget = (table: Prisma.Sql) =>
    forgetInBatches(async (most) => {
      const rows = await database.sql.query(Prisma.sql`
        DELETE FROM ${table} WHERE id IN (
          SELECT id FROM ${table} WHERE "expiresAt" <= ${until}::timestamptz
          ORDER BY "expiresAt" LIMIT ${most}
          FOR UPDATE SKIP LOCKED
        )
        RETURNING id`);
      return rows.length;
    }, options);
  return {
    sessions: await forget(Prisma.sql`"PortalSession"`),
    links: await forget(Prisma.sql`"PortalSessionLink"`),
    planOffers: await forgetInBatches(async (most) => {
      const rows = await database.sql.query(Prisma.sql`
        DELETE FROM "PlanOffer" WHERE id IN (
          SELECT id FROM "PlanOffer" offer
          WHERE "createdAt" <= ${until}::timestamptz
            AND NOT EXISTS (
              SELECT FROM "PortalSessionLink" link
              WHERE link."merchantId" = offer."merchantId" AND link."planOfferId" = offer.id
            )
            AND NOT EXISTS (
              SELECT FROM "PortalSession" session
              WHERE session."merchantId" = offer."merchantId" AND session."planOfferId" = offer.id
            )
          ORDER BY "createdAt" LIMIT ${most}
          FOR UPDATE SKIP LOCKED
        )
        RETURNING id`);
      return rows.length;
    }, options),
  };
}

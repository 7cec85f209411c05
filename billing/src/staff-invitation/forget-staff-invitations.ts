import { Prisma } from '@4geeks/prisma';
import { forgetInBatches } from '../forget-in-batches.ts';
import type { Billing } from '../ports.ts';

/** How long an invitation is kept after its link has expired: it can be sent again. */
export const invitationKeptDays = 30;

/**
 * Deletes invitations whose link expired more than 30 days ago, accepted or not, by index and in
 * batches: they hold addresses of people who may never have wanted anything of us.
 *
 * @returns how many.
 */
export function forgetStaffInvitations(
  { database, clock }: Pick<Billing, 'database' | 'clock'>,
  options: { signal?: AbortSignal } = {},
): Promise<number> {
  const until = new Date(clock.now().getTime() - invitationKeptDays * 86_400_000);
  return forgetInBatches(async (most) => {
    const rows = await database.sql.query(Prisma.sql`
      DELETE FROM "StaffInvitation" WHERE id IN (
        SELECT id FROM "StaffInvitation" WHERE "expiresAt" <= ${until}::timestamptz
        ORDER BY "expiresAt" LIMIT ${most}
        FOR UPDATE SKIP LOCKED
      )
      RETURNING id`);
    return rows.length;
  }, options);
}

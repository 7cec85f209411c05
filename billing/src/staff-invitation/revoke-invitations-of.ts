import type { StaffMember } from '@4geeks/prisma';
import { scopesOfRole } from '../access/viewer.ts';
import type { BillingTransaction } from '../transaction.ts';
import { openInvitation } from './access.ts';
import { revokeInvitation } from './revoke-invitation.ts';

/**
 * Takes back the open invitations of somebody whose role was taken away, as far as they could not make
 * them any more: by a link to an address of their own they would have the role again.
 *
 * @param transaction holds the lock of the merchant's staff.
 * @param member as they are now; with no role: they were removed.
 */
export async function revokeInvitationsOf(
  transaction: BillingTransaction,
  { merchantId, userId, role }: Pick<StaffMember, 'merchantId' | 'userId'> & Partial<StaffMember>,
  now: Date,
): Promise<void> {
  if (role === 'OWNER') return;
  const mayInvite = role !== undefined && scopesOfRole[role].includes('staff:write');
  const invitations = await transaction.database.staffInvitation.findMany({
    where: {
      merchantId,
      invitedById: userId,
      ...openInvitation,
      ...(mayInvite && { role: 'OWNER' }),
    },
    orderBy: { id: 'asc' },
  });
  for (const invitation of invitations) await revokeInvitation(transaction, invitation, now);
}

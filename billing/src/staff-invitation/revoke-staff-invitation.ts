import type { StaffInvitation } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { lockOpenInvitation } from './lock-invitation.ts';
import { revokeInvitation } from './revoke-invitation.ts';

/**
 * Takes an open invitation back: its link lets nobody join any more.
 *
 * @throws NotFoundError staffInvitation
 * @throws ConflictError OWNER_REQUIRED, INVITATION_ACCEPTED, INVITATION_REVOKED
 */
export async function revokeStaffInvitation(
  billing: Billing,
  actor: Actor,
  { staffInvitationId: id }: { staffInvitationId: string },
): Promise<StaffInvitation> {
  authorize(actor, { staff: 'staff:write' });
  return inTransaction(billing, actor, async (transaction) => {
    const invitation = await lockOpenInvitation(transaction, actor, id);
    return revokeInvitation(transaction, invitation, billing.clock.now());
  });
}

import type { StaffInvitation } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { lockOpenInvitation } from './lock-invitation.ts';

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
  const { merchantId } = actor;
  return inTransaction(billing, actor, async (transaction) => {
    const { role } = await lockOpenInvitation(transaction, actor, id);
    const invitation = await transaction.database.staffInvitation.update({
      where: { id },
      data: { revokedAt: billing.clock.now() },
    });
    await transaction.record({
      merchantId,
      type: 'staff_invitation.revoked',
      objectType: 'staff_invitation',
      objectId: id,
      data: { role },
    });
    return invitation;
  });
}

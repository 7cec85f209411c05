import type { StaffInvitation } from '@4geeks/prisma';
import { lockRow } from '../access/lock.ts';
import type { TenantActor } from '../access/rule.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import { lockStaff, refuseOwnersToOthers } from '../merchant/lock-staff.ts';
import type { BillingTransaction } from '../transaction.ts';

/**
 * An open invitation that the actor is about to change, locked after the merchant's staff.
 *
 * @throws NotFoundError staffInvitation
 * @throws ConflictError OWNER_REQUIRED, INVITATION_ACCEPTED, INVITATION_REVOKED
 */
export async function lockOpenInvitation(
  transaction: BillingTransaction,
  actor: TenantActor,
  id: string,
): Promise<StaffInvitation> {
  const { merchantId } = actor;
  const staff = await lockStaff(transaction, actor);
  const exists = await lockRow(transaction.database, 'StaffInvitation', { merchantId, id });
  if (!exists) throw new NotFoundError('staffInvitation');
  const invitation = await transaction.database.staffInvitation.findUniqueOrThrow({
    where: { merchantId_id: { merchantId, id } },
  });
  refuseOwnersToOthers(staff, invitation.role);
  if (invitation.acceptedAt) {
    throw new ConflictError(
      'INVITATION_ACCEPTED',
      'They have joined already: change or remove the member instead.',
    );
  }
  if (invitation.revokedAt) {
    throw new ConflictError('INVITATION_REVOKED', 'It was revoked: invite them again.');
  }
  return invitation;
}

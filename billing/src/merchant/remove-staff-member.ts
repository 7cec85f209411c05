import type { StaffMember } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { revokeInvitationsOf } from '../staff-invitation/revoke-invitations-of.ts';
import { inTransaction } from '../transaction.ts';
import { lockStaff, memberOf, refuseLastOwner, refuseOwnersToOthers } from './lock-staff.ts';

/**
 * Takes a staff user's role at the actor's merchant away: the next request of theirs is nobody's, or
 * that of another merchant's staff where they are, and open sockets end as they hear of it. The user
 * stays, and may be invited again; whom they have invited themselves may not join any more.
 *
 * @returns the member as it was.
 * @throws NotFoundError staffMember
 * @throws ConflictError OWNER_REQUIRED, LAST_OWNER
 */
export async function removeStaffMember(
  billing: Billing,
  actor: Actor,
  { staffMemberId }: { staffMemberId: string },
): Promise<StaffMember> {
  authorize(actor, { staff: 'staff:write' });
  const { merchantId } = actor;
  return inTransaction(billing, actor, async (transaction) => {
    const staff = await lockStaff(transaction, actor);
    const member = memberOf(staff, staffMemberId);
    refuseOwnersToOthers(staff, member.role);
    refuseLastOwner(staff, member);
    await transaction.database.staffMember.delete({
      where: { merchantId_id: { merchantId, id: staffMemberId } },
    });
    await transaction.record({
      merchantId,
      type: 'staff_member.removed',
      objectType: 'staff_member',
      objectId: staffMemberId,
      data: { role: member.role },
    });
    const { userId } = member;
    await revokeInvitationsOf(transaction, { merchantId, userId }, billing.clock.now());
    return member;
  });
}

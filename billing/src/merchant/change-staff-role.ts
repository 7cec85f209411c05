import type { StaffMember, StaffRole } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { revokeInvitationsOf } from '../staff-invitation/revoke-invitations-of.ts';
import { inTransaction } from '../transaction.ts';
import { lockStaff, memberOf, refuseLastOwner, refuseOwnersToOthers } from './lock-staff.ts';

/**
 * Gives a member of staff another role. What they may do is another from their next request on, and
 * in open sockets as they hear of it. The same role again is no change.
 * Open invitations of theirs that the new role could not make are revoked.
 *
 * @throws NotFoundError staffMember
 * @throws ConflictError OWNER_REQUIRED, LAST_OWNER
 */
export async function changeStaffRole(
  billing: Billing,
  actor: Actor,
  { staffMemberId, role }: { staffMemberId: string; role: StaffRole },
): Promise<StaffMember> {
  authorize(actor, { staff: 'staff:write' });
  const { merchantId } = actor;
  return inTransaction(billing, actor, async (transaction) => {
    const staff = await lockStaff(transaction, actor);
    const before = memberOf(staff, staffMemberId);
    if (before.role === role) return before;
    refuseOwnersToOthers(staff, before.role, role);
    refuseLastOwner(staff, before);
    const member = await transaction.database.staffMember.update({
      where: { merchantId_id: { merchantId, id: staffMemberId } },
      data: { role },
    });
    await transaction.record({
      merchantId,
      type: 'staff_member.role_changed',
      objectType: 'staff_member',
      objectId: member.id,
      data: { role, previousRole: before.role },
    });
    await revokeInvitationsOf(transaction, member, billing.clock.now());
    return member;
  });
}

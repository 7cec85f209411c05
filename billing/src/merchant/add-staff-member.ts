import type { StaffMember, StaffRole } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { ConflictError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { lockStaff, refuseOwnersToOthers } from './lock-staff.ts';

/**
 * Gives a staff user a role at the actor's merchant, without asking them: for seeds. People are
 * invited (`inviteStaffMember`). One who has this role already stays as they are.
 *
 * @throws ConflictError OWNER_REQUIRED; ALREADY_STAFF_MEMBER, with another role
 */
export async function addStaffMember(
  billing: Billing,
  actor: Actor,
  { userId, role }: { userId: string; role: StaffRole },
): Promise<StaffMember> {
  authorize(actor, { staff: 'staff:write' });
  const { merchantId } = actor;
  return inTransaction(billing, actor, async (transaction) => {
    const staff = await lockStaff(transaction, actor);
    refuseOwnersToOthers(staff, role);
    const before = staff.members.find((member) => member.userId === userId);
    if (before?.role === role) return before;
    if (before) throw alreadyMember();
    const member = await transaction.database.staffMember.create({
      data: { merchantId, userId, role, createdAt: billing.clock.now() },
    });
    await transaction.record({
      merchantId,
      type: 'staff_member.added',
      objectType: 'staff_member',
      objectId: member.id,
      data: { role },
    });
    return member;
  });
}

export function alreadyMember(): ConflictError {
  return new ConflictError(
    'ALREADY_STAFF_MEMBER',
    'They are a member of the team already: change their role instead.',
  );
}

import type { StaffMember, StaffRole } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';

/**
 * Gives a staff user a role at the actor's merchant; again: changes the role, and their open sockets
 * hear of it.
 */
export async function addStaffMember(
  billing: Billing,
  actor: Actor,
  { userId, role }: { userId: string; role: StaffRole },
): Promise<StaffMember> {
  authorize(actor, { staff: 'merchant:write' });
  const { merchantId } = actor;
  return inTransaction(billing, actor, async ({ database, record }) => {
    const where = { merchantId_userId: { merchantId, userId } };
    const before = await database.staffMember.findUnique({ where });
    if (before?.role === role) return before;
    const member = await database.staffMember.upsert({
      where,
      create: { merchantId, userId, role, createdAt: billing.clock.now() },
      update: { role },
    });
    await record({
      merchantId,
      type: before ? 'staff_member.role_changed' : 'staff_member.added',
      objectType: 'staff_member',
      objectId: member.id,
      data: { role, ...(before && { previousRole: before.role }) },
    });
    return member;
  });
}

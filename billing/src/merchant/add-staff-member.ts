import type { StaffMember, StaffRole } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';

/** Gives a staff user a role at the actor's merchant; again: changes the role. */
export async function addStaffMember(
  billing: Billing,
  actor: Actor,
  { userId, role }: { userId: string; role: StaffRole },
): Promise<StaffMember> {
  authorize(actor, { staff: 'merchant:write' });
  const { merchantId } = actor;
  return billing.database.staffMember.upsert({
    where: { merchantId_userId: { merchantId, userId } },
    create: { merchantId, userId, role, createdAt: billing.clock.now() },
    update: { role },
  });
}

import type { StaffMember } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { NotFoundError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';

/**
 * Takes a staff user's role at the actor's merchant away: the next request of theirs is nobody's, and
 * open sockets end as they hear of it. The user stays, and may be added again.
 *
 * @returns the member as it was.
 * @throws NotFoundError staffMember
 */
export async function removeStaffMember(
  billing: Billing,
  actor: Actor,
  { staffMemberId }: { staffMemberId: string },
): Promise<StaffMember> {
  authorize(actor, { staff: 'merchant:write' });
  const { merchantId } = actor;
  return inTransaction(billing, actor, async ({ database, record }) => {
    const where = { merchantId_id: { merchantId, id: staffMemberId } };
    const member = await database.staffMember.findUnique({ where });
    const { count } = await database.staffMember.deleteMany({
      where: { merchantId, id: staffMemberId },
    });
    // Of two that remove the same one, the second finds none.
    if (!member || count === 0) throw new NotFoundError('staffMember');
    await record({
      merchantId,
      type: 'staff_member.removed',
      objectType: 'staff_member',
      objectId: staffMemberId,
      data: { role: member.role },
    });
    return member;
  });
}

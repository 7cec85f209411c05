import { scopesOfRole, type StaffViewer } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';

/**
 * Who a signed-in staff user is. The role is read fresh: one taken away ends with the request.
 *
 * @returns null when the user belongs to no merchant (any more).
 */
export async function resolveStaffMember(
  { database }: Pick<Billing, 'database'>,
  { userId }: { userId: string },
): Promise<StaffViewer | null> {
  const member = await database.staffMember.findFirst({
    where: { userId },
    orderBy: { createdAt: 'asc' },
  });
  if (!member) return null;
  return {
    kind: 'staff',
    merchantId: member.merchantId,
    userId,
    staffMemberId: member.id,
    role: member.role,
    scopes: new Set(scopesOfRole[member.role]),
  };
}

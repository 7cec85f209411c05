import type { StaffMember } from '@4geeks/prisma';
import { scopesOfRole, type StaffViewer } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';

/**
 * Who a signed-in staff user is. The role is read fresh: one taken away ends with the request.
 *
 * @param merchantId what their session has chosen. Null, or of a merchant they have left: the one
 *   they joined first.
 * @returns null when the user belongs to no merchant (any more).
 */
export async function resolveStaffMember(
  { database }: Pick<Billing, 'database'>,
  { userId, merchantId = null }: { userId: string; merchantId?: string | null },
): Promise<StaffViewer | null> {
  const members = await database.staffMember.findMany({
    where: { userId },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  });
  const member = members.find((each) => each.merchantId === merchantId) ?? members[0];
  return member ? staffViewerOf(member) : null;
}

export function staffViewerOf({ id, merchantId, userId, role }: StaffMember): StaffViewer {
  return {
    kind: 'staff',
    merchantId,
    userId,
    staffMemberId: id,
    role,
    scopes: new Set(scopesOfRole[role]),
  };
}

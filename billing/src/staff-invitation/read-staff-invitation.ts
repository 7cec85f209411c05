import type { StaffRole } from '@4geeks/prisma';
import type { Billing } from '../ports.ts';
import { findInvitation } from './find-invitation.ts';

/** What whoever opened the link is shown before they accept. */
export interface OfferedMembership {
  /** Whose staff they would be. */
  merchantName: string;
  email: string;
  role: StaffRole;
  /** Whether the address signs in to the console already, perhaps for another merchant. */
  hasAccount: boolean;
  /** Exclusive. */
  expiresAt: Date;
}

/**
 * Reads an invitation by the token of its link. Opening it uses nothing up.
 *
 * @throws StaffInvitationError STAFF_INVITATION_INVALID, _USED, _REVOKED or _EXPIRED
 */
export async function readStaffInvitation(
  billing: Billing,
  { token }: { token: string },
): Promise<OfferedMembership> {
  const { merchantId, email, role, expiresAt } = await findInvitation(billing, token);
  const [merchant, user] = await Promise.all([
    billing.database.merchant.findUniqueOrThrow({
      where: { id: merchantId },
      select: { name: true },
    }),
    billing.database.staffUser.findUnique({ where: { email }, select: { id: true } }),
  ]);
  return { merchantName: merchant.name, email, role, hasAccount: user !== null, expiresAt };
}

import type { StaffInvitation } from '@4geeks/prisma';
import type { BillingTransaction } from '../transaction.ts';

/** @param transaction holds the lock of the merchant's staff; the invitation is open. */
export async function revokeInvitation(
  { database, record }: BillingTransaction,
  { id, merchantId, role }: Pick<StaffInvitation, 'id' | 'merchantId' | 'role'>,
  now: Date,
): Promise<StaffInvitation> {
  const invitation = await database.staffInvitation.update({
    where: { id },
    data: { revokedAt: now },
  });
  await record({
    merchantId,
    type: 'staff_invitation.revoked',
    objectType: 'staff_invitation',
    objectId: id,
    data: { role },
  });
  return invitation;
}

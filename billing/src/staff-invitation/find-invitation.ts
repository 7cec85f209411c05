import type { StaffInvitation } from '@4geeks/prisma';
import { hashSecret } from '../access/secret.ts';
import type { Billing } from '../ports.ts';
import { StaffInvitationError } from './errors.ts';

export function hashInvitationToken(hashKey: string, token: string): string {
  return hashSecret(hashKey, 'staff-invitation', token);
}

/**
 * The invitation that a link is of. Uses nothing up.
 *
 * @throws StaffInvitationError where nobody can join by it
 */
export async function findInvitation(
  { database, clock, hashKey }: Pick<Billing, 'database' | 'clock' | 'hashKey'>,
  token: string,
): Promise<StaffInvitation> {
  const tokenHash = hashInvitationToken(hashKey, token);
  const invitation = await database.staffInvitation.findUnique({ where: { tokenHash } });
  if (!invitation) throw new StaffInvitationError('STAFF_INVITATION_INVALID');
  refuseEnded(invitation, clock.now());
  return invitation;
}

/** @throws StaffInvitationError STAFF_INVITATION_USED, _REVOKED or _EXPIRED */
export function refuseEnded(
  { acceptedAt, revokedAt, expiresAt }: StaffInvitation,
  now: Date,
): void {
  if (acceptedAt) throw new StaffInvitationError('STAFF_INVITATION_USED');
  if (revokedAt) throw new StaffInvitationError('STAFF_INVITATION_REVOKED');
  if (expiresAt <= now) throw new StaffInvitationError('STAFF_INVITATION_EXPIRED');
}

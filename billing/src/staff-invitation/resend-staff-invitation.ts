import type { StaffInvitation } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { expiryFrom, refuseTooSoon } from './invitation-limits.ts';
import { lockOpenInvitation } from './lock-invitation.ts';

/**
 * Mails an open invitation again, with another link: those before it lead nowhere from now on, and
 * its days begin anew.
 *
 * @throws NotFoundError staffInvitation
 * @throws ConflictError OWNER_REQUIRED, INVITATION_ACCEPTED, INVITATION_REVOKED
 * @throws RateLimitedError a minute after the first mail, and later after each that follows
 */
export async function resendStaffInvitation(
  billing: Billing,
  actor: Actor,
  { staffInvitationId: id }: { staffInvitationId: string },
): Promise<StaffInvitation> {
  authorize(actor, { staff: 'staff:write' });
  const { merchantId } = actor;
  return inTransaction(billing, actor, async (transaction) => {
    const before = await lockOpenInvitation(transaction, actor, id);
    const now = billing.clock.now();
    refuseTooSoon(before, now);
    const invitation = await transaction.database.staffInvitation.update({
      where: { id },
      data: {
        tokenHash: null,
        sentAt: null,
        sends: before.sends + 1,
        requestedAt: now,
        expiresAt: expiryFrom(now),
      },
    });
    await transaction.record({
      merchantId,
      type: 'staff_invitation.resent',
      objectType: 'staff_invitation',
      objectId: id,
      data: { role: invitation.role, locale: invitation.locale },
    });
    await transaction.enqueue({
      name: 'send-staff-invitation',
      payload: { merchantId, staffInvitationId: id },
    });
    return invitation;
  });
}

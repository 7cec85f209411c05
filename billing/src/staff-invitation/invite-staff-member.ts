import type { Locale, StaffInvitation, StaffRole, Transaction } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { parseEmailAddress } from '../customer/email-address.ts';
import { ConflictError } from '../errors.ts';
import { alreadyMember } from '../merchant/add-staff-member.ts';
import { lockStaff, refuseOwnersToOthers } from '../merchant/lock-staff.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { openInvitation } from './access.ts';
import { expiryFrom, invitationsPerHour, refuseTooMany } from './invitation-limits.ts';

export interface InviteStaffMemberInput {
  email: string;
  role: StaffRole;
  /** Of the mail. Absent: the merchant's. */
  locale?: Locale | null;
}

/**
 * Asks somebody by mail to join the merchant's staff. Nothing is theirs before they accept. Does the
 * same whether or not the address signs in somewhere already: whoever invites does not learn it.
 *
 * @throws InvalidInputError EMAIL_INVALID
 * @throws ConflictError OWNER_REQUIRED, ALREADY_STAFF_MEMBER, ALREADY_INVITED
 * @throws RateLimitedError after 20 within an hour
 */
export async function inviteStaffMember(
  billing: Billing,
  actor: Actor,
  input: InviteStaffMemberInput,
): Promise<StaffInvitation> {
  authorize(actor, { staff: 'staff:write' });
  const { merchantId } = actor;
  const { role } = input;
  const { emailNormalized: email } = parseEmailAddress(input.email);

  return inTransaction(billing, actor, async (transaction) => {
    const { database, record, enqueue } = transaction;
    const staff = await lockStaff(transaction, actor);
    refuseOwnersToOthers(staff, role);
    const now = billing.clock.now();
    await refuseKnown(database, merchantId, email);
    await limitInvitations(database, merchantId, now);
    const merchant = await database.merchant.findUniqueOrThrow({
      where: { id: merchantId },
      select: { locale: true },
    });
    const locale = input.locale ?? merchant.locale;
    const invitation = await database.staffInvitation.create({
      data: {
        merchantId,
        email,
        role,
        locale,
        invitedById: actor.kind === 'staff' ? actor.userId : null,
        requestedAt: now,
        expiresAt: expiryFrom(now),
        createdAt: now,
      },
    });
    await record({
      merchantId,
      type: 'staff_invitation.created',
      objectType: 'staff_invitation',
      objectId: invitation.id,
      data: { role, locale },
    });
    await enqueue({
      name: 'send-staff-invitation',
      payload: { merchantId, staffInvitationId: invitation.id },
    });
    return invitation;
  });
}

async function refuseKnown(
  database: Transaction,
  merchantId: string,
  email: string,
): Promise<void> {
  const member = await database.staffMember.findFirst({ where: { merchantId, user: { email } } });
  if (member) throw alreadyMember();
  const open = await database.staffInvitation.findFirst({
    where: { merchantId, email, ...openInvitation },
  });
  if (!open) return;
  throw new ConflictError(
    'ALREADY_INVITED',
    'An invitation to this address is open: send it again, or revoke it first.',
  );
}

async function limitInvitations(
  database: Transaction,
  merchantId: string,
  now: Date,
): Promise<void> {
  const recent = await database.staffInvitation.findMany({
    where: { merchantId, createdAt: { gt: new Date(now.getTime() - 3_600_000) } },
    orderBy: { createdAt: 'desc' },
    take: invitationsPerHour,
    select: { createdAt: true },
  });
  refuseTooMany(
    recent.map(({ createdAt }) => createdAt),
    now,
  );
}

import { hashSecret, newSecret } from '../access/secret.ts';
import { brandingOf } from '../notification/branding.ts';
import { formatDay } from '../notification/format-day.ts';
import { renderNotification } from '../notification/render-notification.ts';
import { staffRoleNames } from '../notification/staff-role-names.ts';
import type { Billing } from '../ports.ts';
import { openInvitation } from './access.ts';
import { hashInvitationToken } from './find-invitation.ts';

/**
 * Makes the link of one open invitation and mails it. Run again, it does nothing once the mail went
 * out; where it did not, it mails a fresh link, and the earlier one leads nowhere: secrets are kept as
 * keyed hashes and cannot be sent twice.
 *
 * The token stands in the link's fragment, which browsers send to no server and no log.
 */
export async function sendStaffInvitation(
  billing: Billing,
  { merchantId, staffInvitationId: id }: { merchantId: string; staffInvitationId: string },
): Promise<void> {
  const { database, clock, hashKey, publicUrl } = billing;
  const invitation = await database.staffInvitation.findUnique({
    where: { merchantId_id: { merchantId, id }, ...openInvitation },
    include: {
      merchant: { include: { portalSettings: true } },
      invitedBy: { select: { name: true } },
    },
  });
  if (!invitation || invitation.sentAt || invitation.expiresAt <= clock.now()) return;
  const { merchant, locale, email, role, expiresAt } = invitation;

  const token = newSecret();
  const tokenHash = hashInvitationToken(hashKey, token);
  await database.staffInvitation.update({ where: { id }, data: { tokenHash } });
  const branding = brandingOf(merchant, merchant.portalSettings, publicUrl);
  const rendered = renderNotification({
    kind: 'STAFF_INVITATION',
    locale,
    branding,
    variables: {
      invitation_link: `${publicUrl}/console/join?locale=${locale}#token=${token}`,
      inviter_name: invitation.invitedBy?.name ?? '',
      company_name: merchant.name,
      staff_role: staffRoleNames[locale][role],
      expiry_date: formatDay(expiresAt, locale, merchant.timeZone),
    },
  });
  const mail = {
    from: { name: branding.companyName, address: billing.mailFrom },
    replyTo: merchant.supportEmail,
    to: { address: email },
    ...rendered,
    tag: 'staff-invitation',
    // A retry sends another token: never the same mail again.
    idempotencyKey: `staff-invitation:${id}:${hashSecret(hashKey, 'mail', token).slice(0, 16)}`,
  };
  const [outcome] = await billing.mailer.send([mail]);
  if (outcome?.status === 'failed') throw outcome.error;
  // Asked for again meanwhile, or mailed by another run: that one's link is the one that counts.
  await database.staffInvitation.updateMany({
    where: { id, tokenHash },
    data: { sentAt: clock.now() },
  });
}

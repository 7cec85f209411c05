import { hashSecret, newCode, newSecret } from '../access/secret.ts';
import { brandingOf } from '../notification/branding.ts';
import { renderNotification } from '../notification/render-notification.ts';
import type { Billing } from '../ports.ts';
import { portalUrl } from './portal-url.ts';
import { linkMinutes } from './sign-in-limits.ts';

/**
 * Makes the link and code of one sign-in request and mails them, where the address belongs to a
 * customer; elsewhere it records why not, for the console to explain. Run again, it mails a fresh
 * link and the earlier one is void: secrets are kept as keyed hashes and cannot be sent twice.
 *
 * The token stands in the link's fragment, which browsers send to no server and no log.
 */
export async function sendSignInLink(
  billing: Billing,
  { merchantId, signInRequestId: id }: { merchantId: string; signInRequestId: string },
): Promise<void> {
  const { database, clock, hashKey, publicUrl } = billing;
  const request = await database.signInRequest.findUnique({
    where: { merchantId_id: { merchantId, id } },
    include: { merchant: { include: { portalSettings: true } } },
  });
  if (!request || request.sentAt || request.expiresAt <= clock.now()) return;
  const portal = request.merchant.portalSettings;
  if (!portal?.enabled || !portal.slug) {
    await database.signInRequest.update({ where: { id }, data: { outcome: 'PORTAL_DISABLED' } });
    return;
  }
  const customer = await database.customer.findFirst({
    where: { merchantId, emailNormalized: request.email },
    orderBy: { createdAt: 'asc' },
  });
  if (!customer) {
    await database.signInRequest.update({ where: { id }, data: { outcome: 'NO_MATCH' } });
    return;
  }

  const token = newSecret();
  const code = newCode();
  await database.signInRequest.update({
    where: { id },
    data: {
      tokenHash: hashSecret(hashKey, 'sign-in-token', token),
      codeHash: hashSecret(hashKey, `sign-in-code:${id}`, code),
      codeAttempts: 0,
    },
  });
  const { subject, html, text } = renderNotification({
    kind: 'SIGN_IN_LINK',
    locale: customer.locale,
    branding: brandingOf(request.merchant, portal, publicUrl),
    variables: {
      customer_name: customer.name,
      company_name: portal.companyName,
      sign_in_link: `${portalUrl(publicUrl, portal.slug, 'sign-in/confirm')}#token=${token}`,
      sign_in_code: code,
      expires_in_minutes: String(linkMinutes),
      support_email: request.merchant.supportEmail,
    },
  });
  const mail = {
    from: { name: portal.companyName, address: billing.mailFrom },
    replyTo: request.merchant.supportEmail,
    to: { name: customer.name, address: customer.email },
    subject,
    html,
    text,
    tag: 'sign-in-link',
    // A retry sends another token: never the same mail again.
    idempotencyKey: `sign-in:${id}:${hashSecret(hashKey, 'mail', token).slice(0, 16)}`,
  };
  const [outcome] = await billing.mailer.send([mail]);
  if (outcome?.status === 'failed') throw outcome.error;
  await database.signInRequest.update({
    where: { id },
    data: { outcome: 'SENT', sentAt: clock.now() },
  });
}

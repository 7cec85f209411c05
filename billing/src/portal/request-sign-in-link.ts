import type { Locale, Transaction } from '@4geeks/prisma';
import type { SystemViewer } from '../access/viewer.ts';
import { parseEmailAddress } from '../customer/email-address.ts';
import { NotFoundError, RateLimitedError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { safeReturnPath } from './portal-url.ts';
import { linkMinutes, requestsPerHour, requestsPerMinute } from './sign-in-limits.ts';

export interface RequestSignInLinkInput {
  portalSlug: string;
  email: string;
  /** Portal path to continue at: `payment-methods/new`. Anything else is dropped. */
  returnPath?: string | null;
  /** Language of the page asking; the mail is in the customer's own. */
  locale?: Locale | null;
}

/**
 * Asks for a sign-in link. Does the same work and answers the same for every address: whether it
 * belongs to a customer is decided later, in the job that mails the link.
 *
 * @throws InvalidInputError EMAIL_INVALID
 * @throws NotFoundError no such portal, or switched off
 * @throws RateLimitedError for this address, known or not
 */
export async function requestSignInLink(
  billing: Billing,
  input: RequestSignInLinkInput,
): Promise<{ expiresInMinutes: number }> {
  const { emailNormalized: email } = parseEmailAddress(input.email);
  const portal = await billing.database.portalSettings.findUnique({
    where: { slug: input.portalSlug },
    include: { merchant: { select: { locale: true } } },
  });
  if (!portal?.enabled) throw new NotFoundError('portal');
  const { merchantId } = portal;

  const system: SystemViewer = { kind: 'system', merchantId };
  await inTransaction(billing, system, async ({ database, enqueue }) => {
    const now = billing.clock.now();
    await limitRequests(database, merchantId, email, now);
    const request = await database.signInRequest.create({
      data: {
        merchantId,
        email,
        locale: input.locale ?? portal.merchant.locale,
        returnPath: safeReturnPath(input.returnPath),
        expiresAt: new Date(now.getTime() + linkMinutes * 60_000),
        createdAt: now,
      },
    });
    await enqueue({
      name: 'send-sign-in-link',
      payload: { merchantId, signInRequestId: request.id },
    });
  });
  return { expiresInMinutes: linkMinutes };
}

/** Counts requests for the address, by index; those made at the same moment one after the other. */
async function limitRequests(
  database: Transaction,
  merchantId: string,
  email: string,
  at: Date,
): Promise<void> {
  const now = at.getTime();
  await database.$executeRaw`
    SELECT pg_advisory_xact_lock(hashtextextended(${`sign-in:${merchantId}:${email}`}, 0))`;
  const recent = await database.signInRequest.findMany({
    where: { merchantId, email, createdAt: { gt: new Date(now - 3_600_000) } },
    orderBy: { createdAt: 'desc' },
    take: requestsPerHour,
    select: { createdAt: true },
  });
  const limits = [
    { count: requestsPerMinute, windowMs: 60_000 },
    { count: requestsPerHour, windowMs: 3_600_000 },
  ];
  for (const { count, windowMs } of limits) {
    const oldest = recent[count - 1];
    const waitMs = oldest ? oldest.createdAt.getTime() + windowMs - now : 0;
    if (waitMs > 0) throw new RateLimitedError(Math.ceil(waitMs / 1000));
  }
}

import { lockRow } from '../access/lock.ts';
import { hashSecret } from '../access/secret.ts';
import type { SystemViewer } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { beginSession, type BegunSession } from './begin-session.ts';
import { SignInLinkError } from './errors.ts';

export interface ConfirmedSessionLink extends BegunSession {
  /** Relative to the portal's root. */
  returnPath: string;
  /** The subscription that the page at `returnPath` is opened for. */
  subscriptionId: string | null;
}

/** The page of each flow. */
const pageOfFlow = {
  UPDATE_PAYMENT_METHOD: 'payment-methods/new',
  CANCEL_SUBSCRIPTION: 'subscriptions',
  CHANGE_PLAN: 'plan',
} as const;

/**
 * Signs in the customer that a link of createPortalSession is for: once, under its row lock.
 *
 * @returns null where the token is of no such link.
 * @throws SignInLinkError SIGN_IN_LINK_EXPIRED, SIGN_IN_LINK_USED
 */
export async function confirmSessionLink(
  billing: Billing,
  { merchantId, token }: { merchantId: string; token: string },
): Promise<ConfirmedSessionLink | null> {
  const tokenHash = hashSecret(billing.hashKey, 'portal-session-link', token);
  const found = await billing.database.portalSessionLink.findFirst({
    where: { merchantId, tokenHash },
    select: { id: true },
  });
  if (!found) return null;

  const system: SystemViewer = { kind: 'system', merchantId };
  return inTransaction(billing, system, async (transaction) => {
    const { database } = transaction;
    const { id } = found;
    await lockRow(database, 'PortalSessionLink', { merchantId, id });
    const link = await database.portalSessionLink.findUniqueOrThrow({ where: { id } });
    const now = billing.clock.now();
    if (link.consumedAt) throw new SignInLinkError('SIGN_IN_LINK_USED');
    if (link.expiresAt <= now) throw new SignInLinkError('SIGN_IN_LINK_EXPIRED');
    await database.portalSessionLink.update({ where: { id }, data: { consumedAt: now } });
    const session = await beginSession(billing, transaction, link);
    return {
      ...session,
      returnPath: link.flow ? pageOfFlow[link.flow] : '',
      subscriptionId: link.subscriptionId,
    };
  });
}

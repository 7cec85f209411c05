import { hashSecret, newSecret } from '../access/secret.ts';
import type { Billing } from '../ports.ts';
import type { BillingTransaction } from '../transaction.ts';
import { sessionHours } from './sign-in-limits.ts';

/** A portal session as whoever has just signed in gets it. */
export interface BegunSession {
  merchantId: string;
  customerId: string;
  /** For the session cookie; kept only as a keyed hash. */
  sessionToken: string;
  expiresAt: Date;
}

/** Signs a customer in, for reasons that the caller has checked. */
export async function beginSession(
  billing: Billing,
  { database, record }: BillingTransaction,
  {
    merchantId,
    customerId,
    returnUrl = null,
    planOfferId = null,
  }: {
    merchantId: string;
    customerId: string;
    returnUrl?: string | null;
    planOfferId?: string | null;
  },
): Promise<BegunSession> {
  const now = billing.clock.now();
  const sessionToken = newSecret();
  const expiresAt = new Date(now.getTime() + sessionHours * 3_600_000);
  const session = await database.portalSession.create({
    data: {
      merchantId,
      customerId,
      returnUrl,
      planOfferId,
      tokenHash: hashSecret(billing.hashKey, 'portal-session', sessionToken),
      createdAt: now,
      lastSeenAt: now,
      expiresAt,
    },
  });
  await record({
    merchantId,
    customerId,
    type: 'customer.signed_in',
    objectType: 'customer',
    objectId: customerId,
    data: { portalSessionId: session.id },
  });
  return { merchantId, customerId, sessionToken, expiresAt };
}

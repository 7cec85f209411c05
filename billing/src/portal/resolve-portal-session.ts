import { Prisma, type PortalSession, type PortalSettings } from '@4geeks/prisma';
import { hashSecret } from '../access/secret.ts';
import { permissionsOf, type CustomerViewer } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { sessionIdleMinutes } from './sign-in-limits.ts';

/** How stale lastSeenAt may be: saves a write on most requests. */
const lastSeenPrecisionMs = 60_000;

type SessionPort = Pick<Billing, 'database' | 'clock' | 'hashKey'>;

/**
 * Who a portal cookie stands for, with the merchant's permissions as they are now.
 *
 * @returns null when the session was ended, has expired or idled, belongs to another portal, or the
 * portal is switched off.
 */
export async function resolvePortalSession(
  port: SessionPort,
  { portalSlug, sessionToken }: { portalSlug: string; sessionToken: string },
): Promise<CustomerViewer | null> {
  const tokenHash = hashSecret(port.hashKey, 'portal-session', sessionToken);
  const session = await findSession(port, Prisma.sql`"tokenHash" = ${tokenHash}`);
  if (session?.slug !== portalSlug) return null;
  const viewer = viewerOf(port, session);
  const now = port.clock.now();
  if (viewer && now.getTime() - session.lastSeenAt.getTime() > lastSeenPrecisionMs) {
    await port.database.portalSession.update({
      where: { id: session.id },
      data: { lastSeenAt: now },
    });
  }
  return viewer;
}

/**
 * The same customer, with rights as they are now; for each message of an open subscription, which
 * does not count as activity.
 */
export async function recheckPortalSession(
  port: SessionPort,
  viewer: CustomerViewer,
): Promise<CustomerViewer | null> {
  const session = await findSession(port, Prisma.sql`id = ${viewer.portalSessionId}::uuid`);
  return session && viewerOf(port, session);
}

type Session = Pick<
  PortalSession,
  'id' | 'merchantId' | 'customerId' | 'lastSeenAt' | 'expiresAt' | 'revokedAt' | 'planOfferId'
> &
  Pick<PortalSettings, 'enabled' | 'slug' | Extract<keyof PortalSettings, `allow${string}`>>;

/** In plain SQL, because every request from a portal and every live message to one begins with it. */
async function findSession(
  { database }: SessionPort,
  condition: Prisma.Sql,
): Promise<Session | null> {
  const [session] = await database.sql.query<Session>(Prisma.sql`
    SELECT id, "merchantId", "customerId", "lastSeenAt", "expiresAt", "revokedAt", "planOfferId", enabled, slug,
      "allowUpdatePaymentMethods", "allowViewPaymentHistory", "allowDownloadInvoices",
      "allowCancelSubscription"
    FROM "PortalSession" JOIN "PortalSettings" USING ("merchantId")
    WHERE ${condition}`);
  return session ?? null;
}

function viewerOf({ clock }: SessionPort, session: Session): CustomerViewer | null {
  const idleAt = session.lastSeenAt.getTime() + sessionIdleMinutes * 60_000;
  const endsAt = new Date(Math.min(session.expiresAt.getTime(), idleAt));
  if (session.revokedAt || endsAt <= clock.now() || !session.enabled) return null;
  return {
    kind: 'customer',
    merchantId: session.merchantId,
    customerId: session.customerId,
    portalSessionId: session.id,
    permissions: permissionsOf(session),
    grants: new Set(session.planOfferId ? ['PLAN_OFFER'] : []),
    endsAt,
  };
}

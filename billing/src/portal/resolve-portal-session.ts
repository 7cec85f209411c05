import { Prisma, type PortalSession, type PortalSettings } from '@4geeks/prisma';
import { hashSecret } from '../access/secret.ts';
import { permissionsOf, type CustomerViewer } from '../access/viewer.ts';
import { inGroups } from '../in-groups.ts';
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
  const [session] = await findByToken(port, 'sessions', [tokenHash]);
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
  const [session] = await findById(port, 'sessions', [viewer.portalSessionId]);
  return session ? viewerOf(port, session) : null;
}

type Session = Pick<
  PortalSession,
  | 'id'
  | 'tokenHash'
  | 'merchantId'
  | 'customerId'
  | 'lastSeenAt'
  | 'expiresAt'
  | 'revokedAt'
  | 'planOfferId'
> &
  Pick<PortalSettings, 'enabled' | 'slug' | Extract<keyof PortalSettings, `allow${string}`>>;

/** Asked for by many at the same moment: together. */
const findByToken = inGroups((port: SessionPort, hashes: readonly string[]) =>
  findSessions(port, 'tokenHash', Prisma.sql`"tokenHash" = ANY(${hashes}::text[])`, hashes),
);
const findById = inGroups((port: SessionPort, ids: readonly string[]) =>
  findSessions(port, 'id', Prisma.sql`id = ANY(${ids}::uuid[])`, ids),
);

/**
 * In plain SQL, because every request from a portal and every live message to one begins with it.
 *
 * @returns the session of each value of `key`, in their order; null where there is none.
 */
async function findSessions(
  { database }: SessionPort,
  key: 'id' | 'tokenHash',
  condition: Prisma.Sql,
  values: readonly string[],
): Promise<(Session | null)[]> {
  const sessions = await database.sql.query<Session>(Prisma.sql`
    SELECT id, "tokenHash", "merchantId", "customerId", "lastSeenAt", "expiresAt", "revokedAt",
      "planOfferId", enabled, slug, "allowUpdatePaymentMethods", "allowViewPaymentHistory",
      "allowDownloadInvoices", "allowCancelSubscription"
    FROM "PortalSession" JOIN "PortalSettings" USING ("merchantId")
    WHERE ${condition}`);
  const found = new Map(sessions.map((session) => [session[key], session]));
  return values.map((value) => found.get(value) ?? null);
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

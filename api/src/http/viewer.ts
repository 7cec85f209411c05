/**
 * Who a request is from. One browser may hold a staff session and several portal sessions; what the
 * request says about itself decides which one counts:
 *
 * 1. `Authorization: Bearer <key>`: an API key, or nobody.
 * 2. A portal's slug (`x-portal`): that portal's customer session, or nobody.
 * 3. Otherwise the staff session, or nobody.
 */
import { anonymous, type Viewer } from '@4geeks/billing/access/viewer';
import { resolveApiKey } from '@4geeks/billing/api-key/resolve-api-key';
import { resolveStaffMember } from '@4geeks/billing/merchant/resolve-staff-member';
import type { Billing } from '@4geeks/billing/ports';
import {
  recheckPortalSession,
  resolvePortalSession,
} from '@4geeks/billing/portal/resolve-portal-session';
import { portalCookieName, readCookie } from './cookies.ts';
import type { StaffAuth } from './staff-auth.ts';

export interface Credentials {
  /** Cookies and the rest; for staff sessions. */
  headers: Headers;
  apiKey: string | null;
  portalSession: { portalSlug: string; sessionToken: string } | null;
  /** The request is about a portal, signed in there or not. */
  isPortal: boolean;
}

const slugPattern = /^[a-z0-9-]{1,80}$/;

/** @param connection what a WebSocket client said when it connected; stands in for headers. */
export function credentialsOf(
  headers: Headers,
  connection: Readonly<Record<string, unknown>> = {},
): Credentials {
  const authorization = text(connection.authorization) ?? headers.get('authorization');
  const portalSlug = text(connection.portal) ?? headers.get('x-portal');
  const bearer = /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1];
  const apiKey = text(connection.apiKey) ?? bearer ?? (authorization ? '' : null);
  const sessionToken =
    portalSlug && slugPattern.test(portalSlug)
      ? readCookie(headers.get('cookie'), portalCookieName(portalSlug))
      : null;
  return {
    headers,
    apiKey,
    isPortal: portalSlug !== null && portalSlug !== undefined,
    portalSession: portalSlug && sessionToken ? { portalSlug, sessionToken } : null,
  };
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

export interface ViewerPort {
  billing: Pick<Billing, 'database' | 'clock' | 'hashKey'>;
  staffAuth: Pick<StaffAuth, 'findSession'>;
}

export async function resolveViewer(
  { billing, staffAuth }: ViewerPort,
  { headers, apiKey, isPortal, portalSession }: Credentials,
): Promise<Viewer> {
  if (apiKey !== null) return (await resolveApiKey(billing, { key: apiKey })) ?? anonymous;
  if (isPortal) {
    return (portalSession && (await resolvePortalSession(billing, portalSession))) ?? anonymous;
  }
  if (!headers.has('cookie')) return anonymous;
  const session = await staffAuth.findSession(headers);
  const member = session && (await resolveStaffMember(billing, session));
  if (!member) return anonymous;
  return { ...member, endsAt: new Date(billing.clock.now().getTime() + session.lastsMs) };
}

/**
 * The same viewer with rights as they are now; for every message of a live subscription.
 *
 * @returns null when the session has ended, the key was revoked, or the role taken away.
 */
export async function recheckViewer(
  port: ViewerPort,
  viewer: Viewer,
  credentials: Credentials,
): Promise<Viewer | null> {
  switch (viewer.kind) {
    case 'anonymous':
      return viewer;
    case 'customer':
      return recheckPortalSession(port.billing, viewer);
    case 'staff':
    case 'apiKey': {
      const now = await resolveViewer(port, credentials);
      return now.kind === viewer.kind && now.merchantId === viewer.merchantId ? now : null;
    }
  }
}

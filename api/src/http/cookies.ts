/** The cookies of this API, read and written. Staff cookies are better-auth's own. */

/** One per portal, so that a browser may be signed in to several. */
export function portalCookieName(portalSlug: string): string {
  return `portal_session_${portalSlug}`;
}

/** @returns the value of cookie `name` in a Cookie header, or null. */
export function readCookie(header: string | null, name: string): string | null {
  for (const pair of header?.split(';') ?? []) {
    const equals = pair.indexOf('=');
    if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
  }
  return null;
}

/**
 * A Set-Cookie header that scripts cannot read and other sites cannot send along.
 *
 * @param expiresAt a date in the past takes the cookie away.
 */
export function sessionCookie(
  name: string,
  value: string,
  { expiresAt, secure }: { expiresAt: Date; secure: boolean },
): string {
  const parts = [
    `${name}=${value}`,
    'Path=/',
    'HttpOnly',
    'SameSite=Lax',
    `Expires=${expiresAt.toUTCString()}`,
  ];
  if (secure) parts.push('Secure');
  return parts.join('; ');
}

/**
 * Where a portal may lead back to: only what the merchant has listed, so that nobody makes of it a
 * way to somewhere else.
 */
import type { MerchantMode } from '@4geeks/prisma';

export const mostReturnUrls = 20;
const longestReturnUrl = 2000;

/**
 * @returns the URL as browsers write it; null for what cannot lead back: no absolute https URL,
 * credentials in it, or too long. A sandbox merchant may also name its own machine, by http.
 */
export function readReturnUrl(text: string, mode: MerchantMode): URL | null {
  if (text.length > longestReturnUrl || !URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return null;
  const mayBeHttp = mode === 'SANDBOX' && isLoopback(url.hostname);
  return url.protocol === 'https:' || (mayBeHttp && url.protocol === 'http:') ? url : null;
}

/**
 * Whether `text` is on the list. An origin allows everything on it; a URL with a path allows that
 * path and what is below it. Query and fragment are free.
 *
 * @param allowed PortalSettings.returnUrls
 */
export function isAllowedReturnUrl(
  text: string,
  allowed: readonly string[],
  mode: MerchantMode,
): boolean {
  const url = readReturnUrl(text, mode);
  if (!url) return false;
  return allowed.some((each) => {
    const entry = readReturnUrl(each, mode);
    if (entry?.origin !== url.origin) return false;
    const path = entry.pathname.replace(/\/$/, '');
    return url.pathname === path || url.pathname.startsWith(`${path}/`);
  });
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127(\.\d+){3}$/.test(hostname)
  );
}

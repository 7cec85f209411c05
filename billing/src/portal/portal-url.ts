/** Addresses in a merchant's portal, as mails and share links carry them. */

/**
 * @param publicUrl of the installation, without a trailing slash.
 * @param path relative to the portal's root: `payment-methods/new`.
 */
export function portalUrl(publicUrl: string, slug: string, path = ''): string {
  return `${publicUrl}/p/${slug}${path === '' ? '' : `/${path}`}`;
}

/**
 * @returns `input` when it is a path inside the portal, else the portal's root. Keeps a sign-in
 * link from becoming a redirect to somewhere else.
 */
export function safeReturnPath(input: string | null | undefined): string {
  if (!input || input.length > 200) return '';
  return /^[a-z0-9-]+(\/[a-zA-Z0-9_=-]+)*(\?[a-zA-Z0-9_=&%-]*)?$/.test(input) ? input : '';
}

/** Root-relative address of a logo; its content's hash, so that it can be cached for ever. */
export function logoPath(merchantId: string, hash: string): string {
  return `/assets/${merchantId}/${hash}.png`;
}

/**
 * Whether a request comes from a page of ours, or from no page at all. Programs send no Origin;
 * browsers always do where it matters (POST, WebSocket).
 *
 * @param publicUrl the installation's address; the address the request was sent to counts as well,
 *   so that localhost and 127.0.0.1 both work.
 */
export function sameOrigin(headers: Headers, publicUrl: string): boolean {
  const origin = headers.get('origin');
  if (origin === null || origin === new URL(publicUrl).origin) return true;
  const host = headers.get('host');
  return host !== null && URL.canParse(origin) && new URL(origin).host === host;
}

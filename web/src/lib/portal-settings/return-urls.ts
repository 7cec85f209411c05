/** What a return URL may be, as the API has it: told before saving, and beside the line it is about. */

/** As many as the API keeps. */
export const mostReturnUrls = 20;
const longestReturnUrl = 2000;

/** @param sandbox a sandbox merchant may also name its own machine, by http */
export function isReturnUrl(text: string, sandbox: boolean): boolean {
  if (text.length > longestReturnUrl || !URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (sandbox && protocol === 'http:' && isLoopback(hostname));
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127(\.\d+){3}$/.test(hostname)
  );
}

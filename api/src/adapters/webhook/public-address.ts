/** Which addresses webhooks may go to: nobody shall reach into our own network through us. */
import ipaddr from 'ipaddr.js';

/**
 * `public`: the public internet alone. `public-and-loopback`: this machine too, to try it out; still no
 * private network and no metadata service.
 */
export type WebhookTargets = 'public' | 'public-and-loopback';

/** What IANA gives out as global unicast; the rest of IPv6 is special or not in use. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/** @param address IPv4 or IPv6, as the resolver or `URL` writes it; anything else is refused. */
export function isAllowedAddress(address: string, targets: WebhookTargets): boolean {
  if (!ipaddr.isValid(address)) return false;
  // An IPv4 address in IPv6 notation is judged as what it is.
  const parsed = ipaddr.process(address);
  const range = parsed.range();
  if (range === 'loopback') return targets === 'public-and-loopback';
  if (range !== 'unicast') return false;
  return parsed.kind() === 'ipv4' || parsed.match(globalUnicast);
}

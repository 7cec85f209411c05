/** Facts about node's requests in the terms of the fetch standard. */
import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import { clientAddressHeader } from './staff-auth.ts';

export function headersOf(request: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (Array.isArray(value)) for (const one of value) headers.append(name, one);
    else if (value !== undefined) headers.set(name, value);
  }
  return headers;
}

/** The headers that say who asks, from where and in which language; see `viewer.ts`. */
const kept = ['cookie', 'authorization', 'x-portal', 'accept-language', clientAddressHeader];

/** Of a request whose connection lasts: no more than is looked at later, at each of its operations. */
export function ownHeadersOf(request: IncomingMessage): Headers {
  const all = headersOf(request);
  const own = new Headers();
  for (const name of kept) {
    const value = all.get(name);
    if (value !== null) own.set(name, value);
  }
  return own;
}

/**
 * Where a request came from; what limits count by.
 *
 * @param trustProxy whether the last hop is a proxy of ours, which names the client itself.
 */
export function clientAddressOf(request: IncomingMessage, trustProxy: boolean): string {
  const forwarded = trustProxy && request.headers['x-forwarded-for'];
  // The proxy appends who it heard; what stands before that, anybody may have written.
  const last = forwarded && String(forwarded).split(',').at(-1)?.trim();
  return networkOf(last || request.socket.remoteAddress || 'unknown');
}

/**
 * An IPv6 client is given a whole /64 and may come from any address in it: they count as one.
 *
 * @returns the first address of that network; any other address as it is.
 */
export function networkOf(address: string): string {
  const [plain = ''] = address.split('%', 1);
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1];
  if (mapped) return mapped;
  if (!isIPv6(plain)) return address;
  // The shortest notation, by the one who knows it.
  const [head = '', tail] = new URL(`http://[${plain}]`).hostname.slice(1, -1).split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail ? tail.split(':') : [];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return `${[...before, ...zeros, ...after].slice(0, 4).join(':')}::`;
}

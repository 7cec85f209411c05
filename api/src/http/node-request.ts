/** Facts about node's requests in the terms of the fetch standard. */
import type { IncomingMessage } from 'node:http';

export function headersOf(request: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (Array.isArray(value)) for (const one of value) headers.append(name, one);
    else if (value !== undefined) headers.set(name, value);
  }
  return headers;
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
  return last || request.socket.remoteAddress || 'unknown';
}

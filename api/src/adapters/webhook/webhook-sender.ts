/**
 * Posts webhooks, signed after the Standard Webhooks specification. Every address is judged: one that
 * stands in the URL before anything is done, one that a name resolves to as the connection is made, so
 * that what was judged is what is connected to. Redirects are answers like any other.
 */
import { lookup as resolve, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { UrlRefusal, WebhookOutcome, WebhookSender } from '@4geeks/billing/ports';
import { Webhook } from 'standardwebhooks';
import { Agent, request } from 'undici';

import { isAllowedAddress, type WebhookTargets } from './public-address.ts';

export interface WebhookSenderOptions {
  targets: WebhookTargets;
  /** Of the whole exchange. Default 10,000. */
  timeoutMs?: number;
  /** Every address of a name. Default: the system's resolver. */
  resolveName?: ResolveName;
}

export type ResolveName = (
  name: string,
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export interface OpenWebhookSender extends WebhookSender {
  close(): Promise<void>;
}

/** Characters of an answer that are kept. */
const keptCharacters = 1000;
/** However few characters they are. */
const mostBytes = 4 * keptCharacters;
/** How long a name may take when an endpoint is made; the connection judges it again anyway. */
const glanceMs = 3000;

const systemResolver: ResolveName = (name, done) => resolve(name, { all: true }, done);

class AddressRefused extends Error {
  readonly code = 'ADDRESS_REFUSED';
}

export function createWebhookSender(options: WebhookSenderOptions): OpenWebhookSender {
  const { targets, timeoutMs = 10_000, resolveName = systemResolver } = options;
  const areAllowed = (addresses: readonly LookupAddress[]) =>
    addresses.every(({ address }) => isAllowedAddress(address, targets));

  const lookup: LookupFunction = (name, { all, family }, done) => {
    resolveName(name, (error, addresses) => {
      if (error) return done(error, '', 0);
      // A name with both kinds of address is none of a public service.
      if (!areAllowed(addresses)) return done(new AddressRefused(name), '', 0);
      const fitting = addresses.filter((each) => !family || each.family === family);
      const [first] = fitting;
      if (all) return done(null, fitting);
      if (!first) return done(notFound(name), '', 0);
      done(null, first.address, first.family);
    });
  };
  const agent = new Agent({ connect: { lookup }, connections: 8, allowH2: false });

  async function refusalOf(text: string): Promise<UrlRefusal | null> {
    const url = new URL(text);
    if (targets === 'public' && url.protocol !== 'https:') return 'URL_NOT_HTTPS';
    const literal = literalOf(url);
    if (literal !== null) return isAllowedAddress(literal, targets) ? null : 'URL_NOT_PUBLIC';
    const found = await Promise.race([
      new Promise<LookupAddress[]>((done) =>
        resolveName(url.hostname, (error, addresses) => done(error ? [] : addresses)),
      ),
      wait(glanceMs, [], { ref: false }),
    ]);
    return areAllowed(found) ? null : 'URL_NOT_PUBLIC';
  }

  return {
    refusalOf,
    async send({ url, id, body, secrets, signal }) {
      const target = new URL(url);
      const literal = literalOf(target);
      if (
        (targets === 'public' && target.protocol !== 'https:') ||
        (literal !== null && !isAllowedAddress(literal, targets))
      ) {
        return { status: 'unanswered', failure: 'ADDRESS_REFUSED' };
      }
      // Signatures tell the time of sending, which is the wall clock's whatever a test clock says.
      const sentAt = new Date();
      const timeout = AbortSignal.timeout(timeoutMs);
      try {
        const response = await request(target, {
          dispatcher: agent,
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'user-agent': '4Geeks-Payments-Webhooks',
            'webhook-id': id,
            'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
            'webhook-signature': secrets
              .map((secret) => new Webhook(secret).sign(id, sentAt, body))
              .join(' '),
          },
          body,
          signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
        });
        return {
          status: 'answered',
          responseStatus: response.statusCode,
          responseBody: await beginningOf(response.body),
          retryAfter: oneOf(response.headers['retry-after']),
        };
      } catch (error) {
        if (signal?.aborted) return { status: 'aborted' };
        return { status: 'unanswered', failure: timeout.aborted ? 'TIMEOUT' : failureOf(error) };
      }
    },
    close: () => agent.destroy(),
  };
}

/** The address that stands in a URL, which writes decimal, hex and octal ones as dotted; else null. */
function literalOf({ hostname }: URL): string | null {
  const host = hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 ? null : host;
}

function notFound(name: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${name} has no address`), { code: 'ENOTFOUND' });
}

/** A header that came twice says nothing. */
function oneOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}

/** Reads no more than is kept. */
async function beginningOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop ends the answer, and its connection where more was to come.
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= mostBytes) break;
  }
  const text = new TextDecoder().decode(Buffer.concat(chunks).subarray(0, mostBytes));
  // Postgres keeps no U+0000.
  return [...text.replaceAll('\0', '')].slice(0, keptCharacters).join('');
}

function failureOf(error: unknown): Extract<WebhookOutcome, { status: 'unanswered' }>['failure'] {
  const code = codeOf(error);
  if (code === 'ADDRESS_REFUSED') return 'ADDRESS_REFUSED';
  if (/TIMEDOUT|TIMEOUT/.test(code)) return 'TIMEOUT';
  if (/ENOTFOUND|EAI_|ENODATA/.test(code)) return 'NAME_NOT_RESOLVED';
  if (/TLS|SSL|CERT|SELF_SIGNED|UNABLE_TO|HOSTNAME|EPROTO/.test(code)) return 'TLS_FAILED';
  return 'CONNECTION_FAILED';
}

function codeOf(error: unknown): string {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  if (typeof code === 'string') return code;
  return cause === undefined ? '' : codeOf(cause);
}

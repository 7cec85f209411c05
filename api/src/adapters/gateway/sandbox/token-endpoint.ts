/**
 * `POST /sandbox-gateway/tokens`: the one place a card number is ever sent to. The browser calls it
 * directly, as it would call a processor; nothing of the request is logged or kept.
 *
 * Request: JSON `{clientSecret, number, expMonth, expYear, cvc}`. Answer: `{setupToken, brand,
 * last4, expMonth, expYear}`, or `{error: {field, code, message}}` with a 4xx status.
 */
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { z } from 'zod';

import { checkCard } from './card-details.ts';
import type { SandboxContext } from './context.ts';
import { createSetupToken, useSetup } from './setups.ts';
import { timeOf } from './test-clocks.ts';

const maxBodyBytes = 4096;

/** Any origin, never with cookies: the client secret is the only credential. */
const headers = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'POST, OPTIONS',
  'access-control-allow-headers': 'content-type',
  'access-control-max-age': '86400',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
};

const bodyShape = z.object({
  clientSecret: z.string().min(1).max(200),
  number: z.unknown(),
  expMonth: z.unknown(),
  expYear: z.unknown(),
  cvc: z.unknown(),
});

export type TokenEndpoint = (request: Request, clientAddress?: string) => Promise<Response>;

/** @param clientAddress counts tries per caller when given. */
export function createTokenEndpoint(context: SandboxContext): TokenEndpoint {
  const limiter = new RateLimiterMemory({ points: 60, duration: 60 });

  return async (request, clientAddress) => {
    if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers });
    if (request.method !== 'POST') {
      return refuse(405, null, 'method_not_allowed', 'Send a POST request.', {
        allow: 'POST, OPTIONS',
      });
    }
    if (clientAddress !== undefined) {
      const wait = await limiter.consume(clientAddress).then(
        () => 0,
        (verdict: { msBeforeNext?: number }) => Math.ceil((verdict.msBeforeNext ?? 60_000) / 1000),
      );
      if (wait > 0) return tooMany(wait);
    }

    const body = await readJson(request);
    const parsed = bodyShape.safeParse(body);
    if (!parsed.success) {
      return refuse(
        400,
        null,
        'invalid_request',
        'Send JSON with clientSecret, number, expMonth, expYear and cvc.',
      );
    }
    const setup = await useSetup(context, parsed.data.clientSecret);
    if (setup === null) {
      return refuse(401, 'clientSecret', 'setup_expired', 'This form has expired. Load it again.');
    }
    if (setup === 'too_many_tries') return tooMany(3600);

    const verdict = checkCard(parsed.data, await timeOf(context, setup.merchantId));
    if ('problem' in verdict) {
      const { field, code, message } = verdict.problem;
      return refuse(422, field, code, message);
    }
    const { brand, last4, expMonth, expYear } = verdict.card;
    const setupToken = await createSetupToken(context, setup, verdict.card);
    return Response.json({ setupToken, brand, last4, expMonth, expYear }, { headers });
  };
}

function tooMany(seconds: number): Response {
  return refuse(429, null, 'rate_limited', 'Too many tries. Wait a moment and try again.', {
    'retry-after': String(seconds),
  });
}

function refuse(
  status: number,
  field: string | null,
  code: string,
  message: string,
  extraHeaders: Record<string, string> = {},
): Response {
  return Response.json(
    { error: { field, code, message } },
    { status, headers: { ...headers, ...extraHeaders } },
  );
}

/** @returns undefined for anything that is not a small JSON document. */
async function readJson(request: Request): Promise<unknown> {
  const announced = Number(request.headers.get('content-length') ?? 0);
  if (announced > maxBodyBytes || !request.body) return undefined;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > maxBodyBytes) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    // The parser's message quotes its input; it must go nowhere.
    return undefined;
  }
}

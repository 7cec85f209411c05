/**
 * `/sandbox-gateway/3ds/<id>`: the page a card issuer would show for 3-D Secure, with its two
 * possible ends as buttons. Test furniture in English; real issuers bring their own.
 *
 * `?return_to=` (a path of this installation) is where the customer goes on afterwards.
 */
import { formatMoney } from '@4geeks/billing/money/format-money';

import { escapeHtml } from '../../../html.ts';
import { findChallenge, settleChallenge, type Challenge } from './charges.ts';
import type { SandboxContext } from './context.ts';

/** Told when a challenge ended, as a processor's webhook would be. */
export type ChargeSettled = (idempotencyKey: string) => void | Promise<void>;

const style = `
:root{color-scheme:light dark;--ground:#f4f5f7;--card:#fff;--ink:#16181d;--soft:#5c6370;--line:#dfe2e8;--go:#1f5fd6;--go-ink:#fff}
@media (prefers-color-scheme:dark){:root{--ground:#111318;--card:#1b1e25;--ink:#eceef2;--soft:#a2a9b6;--line:#30343e;--go:#6c9cf5;--go-ink:#0b1020}}
*{box-sizing:border-box}body{margin:0;min-height:100dvh;display:grid;place-items:center;padding:1rem;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{width:100%;max-width:26rem;background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1.75rem}
h1{font-size:1.25rem;margin:0 0 .25rem}p{margin:.25rem 0 0;color:var(--soft)}dl{margin:1.25rem 0;border-block:1px solid var(--line);padding:.5rem 0}
dl div{display:flex;justify-content:space-between;gap:1rem;padding:.25rem 0}dt{color:var(--soft)}dd{margin:0;text-align:right;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
dd.card{display:inline-block}dd.card::first-letter{text-transform:uppercase}
form{display:grid;gap:.5rem}button,a.button{font:inherit;font-weight:600;min-height:2.75rem;border-radius:.5rem;border:1px solid var(--line);background:transparent;color:inherit;cursor:pointer;display:grid;place-items:center;text-decoration:none}
button[value=complete],a.button{background:var(--go);border-color:var(--go);color:var(--go-ink)}:focus-visible{outline:3px solid var(--go);outline-offset:2px}
`;

export async function handleChallenge(
  context: SandboxContext,
  request: Request,
  actionId: string,
  onChargeSettled: ChargeSettled,
): Promise<Response> {
  const url = new URL(request.url);
  const returnTo = safeReturnPath(url.searchParams.get('return_to'));
  let challenge = await findChallenge(context, actionId);
  if (!challenge) return page(404, 'Not found', '<h1>This verification does not exist</h1>');

  if (request.method === 'POST') {
    const form = await request.formData();
    const settled = await settleChallenge(context, actionId, form.get('answer') === 'complete');
    if (settled) await onChargeSettled(settled.idempotencyKey);
    if (returnTo) {
      return new Response(null, {
        status: 303,
        headers: { location: context.publicUrl + returnTo },
      });
    }
    challenge = (await findChallenge(context, actionId)) ?? challenge;
  }
  return challenge.status === 'requires_action'
    ? page(200, 'Verify your payment', question(challenge))
    : page(200, 'Verification finished', ending(challenge, returnTo));
}

function question(challenge: Challenge): string {
  const amount = formatMoney(challenge.amountMinor, challenge.currency, 'en');
  return `<h1>Verify your payment</h1>
<p>Sandbox 3-D Secure challenge. No money moves.</p>
<dl>
<div><dt>Amount</dt><dd>${escapeHtml(amount)}</dd></div>
<div><dt>For</dt><dd>${escapeHtml(challenge.description)}</dd></div>
<div><dt>Card</dt><dd class="card">${escapeHtml(challenge.brand)} ending in ${escapeHtml(challenge.last4)}</dd></div>
</dl>
<form method="post">
<button name="answer" value="complete">Complete</button>
<button name="answer" value="fail">Fail</button>
</form>`;
}

function ending(challenge: Challenge, returnTo: string | null): string {
  const sentence =
    challenge.status === 'succeeded' ? 'The payment went through.' : 'The payment was declined.';
  const next = returnTo
    ? `<p><a class="button" href="${escapeHtml(returnTo)}">Continue</a></p>`
    : '<p>You can close this page.</p>';
  return `<h1>Verification finished</h1><p>${sentence}</p>${next}`;
}

/** Only paths of our own: neither another host (`//host`, `/\host`) nor another scheme. */
function safeReturnPath(path: string | null): string | null {
  return path !== null && /^\/(?![/\\])[^\s\\]*$/.test(path) ? path : null;
}

function page(status: number, title: string, main: string): Response {
  return new Response(
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><title>${title}</title><style>${style}</style></head><body><main>${main}</main></body></html>`,
    {
      status,
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy':
          "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      },
    },
  );
}

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
import { sandboxPage } from './sandbox-page.ts';

export async function handleChallenge(
  context: SandboxContext,
  request: Request,
  actionId: string,
): Promise<Response> {
  const url = new URL(request.url);
  const returnTo = safeReturnPath(url.searchParams.get('return_to'));
  let challenge = await findChallenge(context, actionId);
  if (!challenge) return sandboxPage(404, 'Not found', '<h1>This verification does not exist</h1>');

  if (request.method === 'POST') {
    const form = await request.formData();
    await settleChallenge(context, actionId, form.get('answer') === 'complete');
    if (returnTo) {
      return new Response(null, {
        status: 303,
        headers: { location: context.publicUrl + returnTo },
      });
    }
    challenge = (await findChallenge(context, actionId)) ?? challenge;
  }
  return challenge.status === 'requires_action'
    ? sandboxPage(200, 'Verify your payment', question(challenge))
    : sandboxPage(200, 'Verification finished', ending(challenge, returnTo));
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

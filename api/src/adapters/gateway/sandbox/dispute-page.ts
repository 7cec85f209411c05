/**
 * `/sandbox-gateway/disputes/<id>`: where the merchant would send evidence and the bank decide, with
 * the two possible ends as buttons. Only who was given its address finds it.
 */
import { formatMoney } from '@4geeks/billing/money/format-money';
import type { GatewayDispute } from '@4geeks/billing/ports';

import { escapeHtml } from '../../../html.ts';
import type { SandboxContext } from './context.ts';
import { closeDispute, findDispute } from './disputes.ts';
import { sandboxPage } from './sandbox-page.ts';

export async function handleDispute(
  context: SandboxContext,
  request: Request,
  disputeId: string,
): Promise<Response> {
  if (!(await findDispute(context, disputeId))) {
    return sandboxPage(404, 'Not found', '<h1>This dispute does not exist</h1>');
  }
  if (request.method === 'POST') {
    const answer = (await request.formData()).get('answer');
    if (answer === 'win' || answer === 'lose') {
      await closeDispute(context, disputeId, answer === 'win' ? 'won' : 'lost');
    }
  }
  const dispute = (await findDispute(context, disputeId))!;
  return dispute.status === 'open'
    ? sandboxPage(200, 'Answer the dispute', question(dispute))
    : sandboxPage(200, 'Dispute closed', ending(dispute));
}

function question(dispute: GatewayDispute): string {
  const respondBy = dispute.respondBy?.toISOString().slice(0, 10) ?? '';
  return `<h1>Answer the dispute</h1>
<p>Sandbox. The payer’s bank decides as you choose.</p>
<dl>
<div><dt>Amount</dt><dd>${escapeHtml(formatMoney(dispute.amountMinor, dispute.currency, 'en'))}</dd></div>
<div><dt>Reason</dt><dd>${escapeHtml(dispute.reason)}</dd></div>
<div><dt>Answer by</dt><dd>${escapeHtml(respondBy)}</dd></div>
</dl>
<form method="post">
<button name="answer" value="win">Win</button>
<button name="answer" value="lose">Lose</button>
</form>`;
}

function ending(dispute: GatewayDispute): string {
  const sentence =
    dispute.status === 'won'
      ? 'The bank found for the merchant: the money stays.'
      : 'The bank found for the payer: the money went back.';
  return `<h1>Dispute closed</h1><p>${sentence}</p><p>You can close this page.</p>`;
}

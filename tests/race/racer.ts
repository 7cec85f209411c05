/**
 * One of two processes of the race test. Reads a line of JSON for every round, does what it says at
 * once, and prints what came of it.
 */
import { createInterface } from 'node:readline';

import { collectInvoice } from '@4geeks/billing/invoice/collect-invoice';
import { setDefaultPaymentMethod } from '@4geeks/billing/payment-method/set-default-payment-method';

import { travellingClock } from '../testkit/clock.ts';
import { wireBilling } from '../testkit/wire.ts';

/** A scheduled retry; or a customer who chooses another card, and the job that follows. */
export type Move = { afterMs: number; merchantId: string } & (
  | { kind: 'retry'; invoiceId: string; attemptKey: string }
  | { kind: 'update'; customerId: string; paymentMethodId: string }
);

const wired = wireBilling({
  url: process.env['DATABASE_URL']!,
  clock: travellingClock(process.env['NOW']!),
  poolSize: 4,
});

async function play(move: Move): Promise<string> {
  await new Promise((resolve) => setTimeout(resolve, move.afterMs));
  const { merchantId } = move;
  if (move.kind === 'retry') {
    const { invoiceId, attemptKey } = move;
    return collectInvoice(wired.billing, { merchantId, invoiceId, trigger: 'DUNNING', attemptKey });
  }
  await setDefaultPaymentMethod(
    wired.billing,
    {
      kind: 'customer',
      merchantId,
      customerId: move.customerId,
      portalSessionId: '00000000-0000-7000-8000-000000000000',
      grants: new Set(),
      permissions: new Set(['UPDATE_PAYMENT_METHODS']),
    },
    { paymentMethodId: move.paymentMethodId },
  );
  await wired.drain();
  return 'updated';
}

await wired.billing.database.$queryRaw`SELECT 1`;
process.stdout.write('ready\n');
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${await play(JSON.parse(line) as Move)}\n`);
}
await wired.close();

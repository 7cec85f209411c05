/**
 * A real worker process that is killed (SIGKILL) at each of its steps, one further each time until
 * it gets to the end; this one cleans up after it. See killed-at-every-step.test.ts for every statement.
 */
import { join } from 'node:path';

import { giveLifeSigns } from '@4geeks/api/adapters/jobs/abandoned-jobs';
import { refundPayment } from '@4geeks/billing/refund/refund-payment';
import { afterEach, expect, it } from 'vitest';

import { brokenInvariants } from '../soak/invariants.ts';
import { testBilling } from '../testkit/billing.ts';
import { startChild } from '../testkit/child.ts';
import type { SeededCustomer } from '../testkit/seed.ts';

const t = await testBilling();
const merchant = await t.seed.merchant();
const script = join(import.meta.dirname, 'worker.ts');

const startWorker = (dieAtStep: number) =>
  startChild(script, {
    DATABASE_URL: t.database.url,
    NOW: t.clock.now().toISOString(),
    DIE_AT_STEP: String(dieAtStep),
  });

/** @param prepare leaves something due. @returns how many were killed. */
async function killAtEveryStep(
  prepare: () => Promise<SeededCustomer>,
  check: (ada: SeededCustomer) => Promise<void>,
): Promise<number> {
  for (let step = 1; ; step += 1) {
    const ada = await prepare();
    const killed = await startWorker(step).wasKilled();
    // The queue frees the jobs of a dead worker after a while of wall time: pretend it has passed.
    await t.database.sql(
      `update graphile_worker._private_jobs set locked_at = locked_at - interval '5 minutes'
       where locked_at is not null`,
    );
    t.clock.advance({ minutes: 3 });
    const lifeSigns = giveLifeSigns(t.database.url, t.log);
    await lifeSigns.freeAbandonedJobs();
    await lifeSigns.close();
    await t.sweep();
    await check(ada);
    if (!killed) return step - 1;
  }
}

const count = (all: readonly string[], one: string) => all.filter((each) => each === one).length;

afterEach(async () => {
  expect(await brokenInvariants(t.database, t.clock.now())).toEqual({});
});

it('a worker killed while it collects an invoice', { timeout: 600_000 }, async () => {
  const killed = await killAtEveryStep(
    async () => {
      const ada = await merchant.customer();
      await ada.subscription({ interval: 'YEAR' });
      return ada;
    },
    async (ada) => {
      expect(await ada.invoices()).toMatchObject([{ status: 'PAID', amountPaidMinor: 4900n }]);
      const [payment] = await ada.payments();
      expect(await ada.payments()).toMatchObject([{ status: 'SUCCEEDED', attemptNumber: 1 }]);
      expect(await ada.charges()).toMatchObject([
        { idempotencyKey: payment!.idempotencyKey, status: 'succeeded', amountMinor: 4900n },
      ]);
      const events = await ada.events();
      for (const type of ['payment.started', 'payment.succeeded', 'invoice.paid']) {
        expect(count(events, type)).toBe(1);
      }
      const mails = (await ada.mails()).map(({ tag }) => tag);
      expect(mails.sort()).toEqual(['invoice-created', 'payment-receipt']);
    },
  );
  // Two transactions and a charge between them, each with a before and an after, and two mails.
  expect(killed).toBeGreaterThanOrEqual(16);
});

it('a worker killed while it refunds a payment', { timeout: 600_000 }, async () => {
  const killed = await killAtEveryStep(
    async () => {
      const ada = await merchant.customer();
      await ada.subscription({ interval: 'YEAR' });
      await t.drain();
      const [payment] = await ada.payments();
      const paymentId = payment!.id;
      await refundPayment(t.billing, merchant.system, { paymentId, amountMinor: 1900n });
      return ada;
    },
    async (ada) => {
      const [payment] = await ada.payments();
      expect(payment).toMatchObject({ status: 'SUCCEEDED', amountRefundedMinor: 1900n });
      const atGateway = await t.database.sql<{ amount: string }>(
        'select amount_minor as amount from sandbox_gateway.refund where charge_id = $1',
        [payment!.gatewayPaymentId],
      );
      expect(atGateway).toEqual([{ amount: '1900' }]);
      const events = (await ada.events()).filter((type) => type.startsWith('refund.'));
      expect(events).toEqual(['refund.created', 'refund.succeeded']);
    },
  );
  // Asked and answered, then a transaction and its commit, then the queue.
  expect(killed).toBeGreaterThanOrEqual(6);
});

import { join } from 'node:path';

import { refundPayment } from '@4geeks/billing/refund/refund-payment';
import { describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import { startChild } from '../testkit/child.ts';
import type { HaltAt } from './worker.ts';

const t = await testBilling();
const merchant = await t.seed.merchant();
const script = join(import.meta.dirname, 'worker.ts');

const startWorker = (haltAt?: HaltAt) =>
  startChild(script, {
    DATABASE_URL: t.database.url,
    NOW: t.clock.now().toISOString(),
    HALT_AT: haltAt ?? '',
  });

describe('a process killed while it refunds a payment', () => {
  it.each<[HaltAt, { refund: string; atGateway: number }]>([
    ['before-refund', { refund: 'PENDING', atGateway: 0 }],
    ['after-refund', { refund: 'PENDING', atGateway: 1 }],
    ['after-settling-refund', { refund: 'SUCCEEDED', atGateway: 1 }],
  ])('%s: given back once, recorded once', async (haltAt, left) => {
    const ada = await merchant.customer();
    await ada.subscription();
    await t.drain();
    const [payment] = await ada.payments();
    const paymentId = payment!.id;
    await refundPayment(t.billing, merchant.system, { paymentId, amountMinor: 1900n });
    const refunds = () => t.billing.database.refund.findMany({ where: { paymentId } });
    const atGateway = () =>
      t.database.sql<{ amount: string }>(
        `select amount_minor as amount from sandbox_gateway.refund where charge_id = $1`,
        [payment!.gatewayPaymentId],
      );

    const child = startWorker(haltAt);
    expect(await child.line()).toBe('halted');
    await child.kill();
    expect(await refunds()).toMatchObject([{ status: left.refund }]);
    expect(await atGateway()).toHaveLength(left.atGateway);

    for (const _round of [1, 2]) {
      // The queue frees the jobs of a dead worker after a while of wall time: pretend it has passed.
      await t.database.sql(
        `update graphile_worker._private_jobs set locked_at = locked_at - interval '5 minutes'
         where locked_at is not null`,
      );
      t.clock.advance({ minutes: 3 });
      const next = startWorker();
      expect(await next.line()).toBe('done');
      await next.end();
    }
    expect(await refunds()).toMatchObject([{ status: 'SUCCEEDED', amountMinor: 1900n }]);
    expect(await atGateway()).toEqual([{ amount: '1900' }]);
    expect(await ada.payments()).toMatchObject([{ amountRefundedMinor: 1900n }]);
    expect((await ada.events()).filter((type) => type.startsWith('refund.'))).toEqual([
      'refund.created',
      'refund.succeeded',
    ]);
  });
});

import { join } from 'node:path';

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

/** A new process, some minutes later. */
async function recover() {
  // The queue frees the jobs of a dead worker after a while of wall time: pretend it has passed.
  await t.database.sql(
    `update graphile_worker._private_jobs set locked_at = locked_at - interval '5 minutes'
     where locked_at is not null`,
  );
  t.clock.advance({ minutes: 3 });
  const child = startWorker();
  expect(await child.line()).toBe('done');
  await child.end();
}

describe('a process killed while it collects an invoice', () => {
  it.each<[HaltAt, { payment: string; charges: number; invoice: string }]>([
    ['before-charge', { payment: 'PENDING', charges: 0, invoice: 'OPEN' }],
    ['after-charge', { payment: 'PENDING', charges: 1, invoice: 'OPEN' }],
    ['while-settling', { payment: 'PENDING', charges: 1, invoice: 'OPEN' }],
    ['after-settling', { payment: 'SUCCEEDED', charges: 1, invoice: 'PAID' }],
  ])('%s: charged once, recorded once, one receipt', async (haltAt, left) => {
    const ada = await merchant.customer();
    await ada.subscription();
    // The mail about the invoice is out of the way: what is due is the collection alone.
    await t.database.sql(
      `delete from graphile_worker._private_jobs j using graphile_worker._private_tasks k
       where k.id = j.task_id and k.identifier = 'send-email'`,
    );

    const child = startWorker(haltAt);
    expect(await child.line()).toBe('halted');
    await child.kill();
    expect(await ada.payments()).toMatchObject([{ status: left.payment }]);
    expect(await ada.charges()).toHaveLength(left.charges);
    expect(await ada.invoices()).toMatchObject([{ status: left.invoice }]);

    await recover();
    await recover();
    const [payment] = await ada.payments();
    expect(await ada.payments()).toMatchObject([{ status: 'SUCCEEDED', attemptNumber: 1 }]);
    expect(await ada.charges()).toEqual([
      {
        idempotencyKey: payment!.idempotencyKey,
        status: 'succeeded',
        amountMinor: 4900n,
        last4: '4242',
      },
    ]);
    expect(await ada.invoices()).toMatchObject([{ status: 'PAID', amountPaidMinor: 4900n }]);
    const events = await ada.events();
    for (const type of ['payment.started', 'payment.succeeded', 'invoice.paid']) {
      expect(events.filter((each) => each === type)).toEqual([type]);
    }
    const receipts = (await ada.mails()).filter(({ tag }) => tag === 'payment-receipt');
    expect(receipts).toHaveLength(1);
    const [jobs] = await t.database.sql(
      `select count(*)::int as left from graphile_worker._private_jobs`,
    );
    expect(jobs).toEqual({ left: 0 });
  });
});

/** Several workers renew many subscriptions together, and are killed one after the other. */
import { join } from 'node:path';

import type { Job } from '@4geeks/billing/jobs';
import { expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import { startChild } from '../testkit/child.ts';
import { copySubscription } from '../testkit/many-subscriptions.ts';

const t = await testBilling();
const script = join(import.meta.dirname, 'worker.ts');
const due = 210;
const renewalRun = { name: 'renew-due-subscriptions', payload: {} } as const satisfies Job;

const startWorker = (dieAtStep = '') =>
  startChild(script, {
    DATABASE_URL: t.database.url,
    NOW: t.clock.now().toISOString(),
    HALT_AT: '',
    DIE_AT_STEP: dieAtStep,
  });

it('bills and charges everything due once, whoever is killed', async () => {
  const merchant = await t.seed.merchant();
  const ada = await merchant.customer();
  const { id } = await ada.subscription();
  await t.drain();
  await copySubscription(t.database.sql, id, due - 1);
  t.clock.advance({ days: 31 });
  const since = t.clock.now();
  const steps = ['5', '40', '70'];
  // An hour's runs: more steps than they live together, so that each dies however they share them.
  const runs = Array.from({ length: 60 }, () => renewalRun);
  await t.billing.enqueue(t.billing.database.sql, runs);
  const workers = steps.map((step) => startWorker(step));
  for (const worker of workers) await expect(worker.end()).rejects.toThrow('failed (null)');
  const [left] = await t.database.sql<{ pending: number; open: number; paid: number }>(
    `select (select count(*)::int from "Payment" where status = 'PENDING') as pending,
       (select count(*)::int from "Invoice" where status = 'OPEN') as open,
       (select count(*)::int from "Invoice" where status = 'PAID') as paid`,
  );
  // They did not get through.
  expect(left!.paid).toBeLessThan(due + 1);

  for (const _round of [1, 2]) {
    // The queue frees the jobs of a dead worker after a while of wall time: pretend it has passed.
    await t.database.sql(
      `update graphile_worker._private_jobs set locked_at = locked_at - interval '5 minutes'
       where locked_at is not null`,
    );
    t.clock.advance({ minutes: 3 });
    const worker = startWorker();
    expect(await worker.line()).toBe('done');
    await worker.end();
  }
  const [books] = await t.database.sql(
    `select
       (select count(*)::int from "Subscription" where "periodIndex" = 1) as renewed,
       (select count(*)::int from "Invoice" where "createdAt" >= $1) as invoices,
       (select count(distinct "subscriptionId")::int from "Invoice" where "createdAt" >= $1) as billed,
       (select count(*)::int from "Invoice" where status <> 'PAID') as unpaid,
       (select count(*)::int from "Payment" where "createdAt" >= $1 and status = 'SUCCEEDED') as payments,
       (select count(*)::int from "Payment" where status <> 'SUCCEEDED') as unsettled,
       (select count(*)::int from sandbox_gateway.charge where created_at >= $1) as charges,
       (select count(distinct payment_method_token)::int from sandbox_gateway.charge
         where created_at >= $1) as charged,
       (select count(distinct number)::int from "Invoice") as numbers,
       (select "nextInvoiceNumber" - 1 from "Merchant" where id = $2) as "lastNumber",
       (select count(*)::int from "EmailMessage" where status = 'SENT' and "createdAt" >= $1) as mails,
       (select count(*)::int from "Event" where type = 'invoice.paid' and "occurredAt" >= $1) as "paidEvents",
       (select count(*)::int from graphile_worker._private_jobs) as jobs`,
    [since, merchant.id],
  );
  expect(books).toEqual({
    renewed: due,
    invoices: due,
    billed: due,
    unpaid: 0,
    payments: due,
    unsettled: 0,
    charges: due,
    charged: due,
    numbers: due + 1,
    lastNumber: due + 1,
    mails: 2 * due,
    paidEvents: due,
    jobs: 0,
  });
}, 180_000);

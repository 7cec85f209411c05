import { join } from 'node:path';

import { requestTestClockAdvance } from '@4geeks/billing/test-clock/request-test-clock-advance';
import { startTestClock } from '@4geeks/billing/test-clock/start-test-clock';
import { describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import { startChild } from '../testkit/child.ts';
import type { HaltAt } from './worker.ts';

const t = await testBilling();
const start = t.clock.now();
const weeks = (...numbers: number[]) =>
  numbers.map((number) => new Date(start.getTime() + number * 7 * 86_400_000));

const startWorker = (haltAt?: HaltAt) =>
  startChild(join(import.meta.dirname, 'worker.ts'), {
    DATABASE_URL: t.database.url,
    NOW: start.toISOString(),
    HALT_AT: haltAt ?? '',
  });

describe('a process killed while it advances a test clock', { timeout: 120_000 }, () => {
  it.each<[HaltAt, { invoices: number; charges: number }]>([
    ['after-moving-clock', { invoices: 1, charges: 1 }],
    ['while-settling', { invoices: 2, charges: 2 }],
    ['before-charge', { invoices: 2, charges: 1 }],
    ['after-charge', { invoices: 2, charges: 2 }],
    ['after-settling', { invoices: 2, charges: 2 }],
  ])('%s: the next one goes on, and the books are the same', async (haltAt, left) => {
    const merchant = await t.seed.merchant();
    await startTestClock(t.billing, merchant.system, {});
    const ada = await merchant.customer();
    await ada.subscription({ interval: 'WEEK' });
    await t.drain();
    await requestTestClockAdvance(t.billing, merchant.system, { by: 'P3W' });
    const child = startWorker(haltAt);
    expect(await child.line()).toBe('halted');
    await child.kill();
    expect(await ada.invoices()).toHaveLength(left.invoices);
    expect(await ada.charges()).toHaveLength(left.charges);

    // The queue frees the jobs of a dead worker after a while of wall time: pretend it has passed.
    await t.database.sql(
      `update graphile_worker._private_jobs set locked_at = locked_at - interval '5 minutes'
       where locked_at is not null`,
    );
    const next = startWorker();
    expect(await next.line()).toBe('done');
    await next.end();
    const invoices = await ada.invoices();
    expect(invoices.map(({ createdAt }) => createdAt)).toEqual(weeks(0, 1, 2, 3));
    expect(invoices.map(({ paidAt }) => paidAt)).toEqual(weeks(0, 1, 2, 3));
    expect((await ada.charges()).map(({ status }) => status)).toEqual(
      Array.from({ length: 4 }, () => 'succeeded'),
    );
    const events = await t.billing.database.event.findMany({
      where: { merchantId: merchant.id },
      orderBy: { sequence: 'asc' },
    });
    expect(events.at(-1)).toMatchObject({ type: 'test_clock.advanced', occurredAt: weeks(3)[0] });
  });
});

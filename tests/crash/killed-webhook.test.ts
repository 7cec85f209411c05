import { join } from 'node:path';

import { createCustomer } from '@4geeks/billing/customer/create-customer';
import { createWebhookEndpoint } from '@4geeks/billing/webhook/create-webhook-endpoint';
import { expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import { startChild } from '../testkit/child.ts';
import { verify, webhookReceiver } from '../testkit/webhook-receiver.ts';
import type { HaltAt } from './worker.ts';

const t = await testBilling();
const receiver = await webhookReceiver();

const startWorker = (haltAt?: HaltAt) =>
  startChild(join(import.meta.dirname, 'worker.ts'), {
    DATABASE_URL: t.database.url,
    NOW: t.clock.now().toISOString(),
    HALT_AT: haltAt ?? '',
  });

it(
  'a process killed between an answer and its record: delivered again under the same id',
  { timeout: 120_000 },
  async () => {
    const merchant = await t.seed.merchant();
    const { secret } = await createWebhookEndpoint(t.billing, merchant.system, {
      url: receiver.url,
    });
    await createCustomer(t.billing, merchant.system, {
      name: 'Ada',
      email: 'ada@example.com',
      locale: 'en',
    });
    await t.billing.enqueue(t.billing.database.sql, [{ name: 'deliver-webhooks', payload: {} }]);
    const deliveries = () => t.billing.database.webhookDelivery.findMany();

    const child = startWorker('after-webhook');
    expect(await child.line()).toBe('halted');
    await child.kill();
    expect(receiver.received).toHaveLength(1);
    expect(await deliveries()).toMatchObject([{ status: 'PENDING', attempts: 0 }]);

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
    expect(receiver.received).toHaveLength(2);
    const [first, second] = receiver.received;
    expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
    expect(second!.body).toBe(first!.body);
    verify(secret, second!);
    expect(await deliveries()).toMatchObject([{ status: 'DELIVERED', attempts: 1 }]);
  },
);

/** Deliveries are asked for soon after commits, once for many, and only where somebody listens. */
import { setTimeout as wait } from 'node:timers/promises';

import { createWebhookWaker } from '@4geeks/api/adapters/webhook/wake-deliveries';
import type { Enqueue } from '@4geeks/billing/ports';
import { createWebhookEndpoint } from '@4geeks/billing/webhook/create-webhook-endpoint';
import { updateWebhookEndpoint } from '@4geeks/billing/webhook/update-webhook-endpoint';
import type { Event } from '@4geeks/prisma';
import { expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import { cleanUp } from '../testkit/clean-up.ts';
import type { SeededMerchant } from '../testkit/seed.ts';

const t = await testBilling();
const gatherMs = 20;

const eventOf = ({ id }: SeededMerchant) => ({ merchantId: id }) as Event;

function waker(enqueue?: Enqueue) {
  const asked: unknown[] = [];
  const opened = createWebhookWaker({
    database: t.billing.database,
    enqueue: enqueue ?? (async (_sql, jobs) => void asked.push(...jobs)),
    log: t.log,
    gatherMs,
  });
  cleanUp(() => opened.close());
  return { ...opened, asked };
}

const endpointOf = async (merchant: SeededMerchant) =>
  (await createWebhookEndpoint(t.billing, merchant.system, { url: 'http://127.0.0.1:1' })).endpoint;

it('asks once for whatever happens in a moment', async () => {
  const merchant = await t.seed.merchant();
  await endpointOf(merchant);
  const { notice, asked } = waker();
  for (let count = 0; count < 100; count += 1) notice([eventOf(merchant), eventOf(merchant)]);
  await expect
    .poll(() => asked)
    .toEqual([{ name: 'deliver-webhooks', payload: {}, key: 'deliver-webhooks' }]);
  notice([eventOf(merchant)]);
  await expect.poll(() => asked.length).toBe(2);
});

it('asks for nothing where nobody listens, or no more', async () => {
  const merchant = await t.seed.merchant();
  await endpointOf(await t.seed.merchant());
  const { id } = await endpointOf(merchant);
  await updateWebhookEndpoint(t.billing, merchant.system, {
    webhookEndpointId: id,
    enabled: false,
  });
  const { notice, asked } = waker();
  notice([eventOf(merchant), eventOf(await t.seed.merchant())]);
  notice([]);
  await wait(20 * gatherMs);
  expect(asked).toEqual([]);
});

it('bears a queue that is down, and asks again after it', async () => {
  const merchant = await t.seed.merchant();
  await endpointOf(merchant);
  let calls = 0;
  const { notice } = waker(async () => {
    calls += 1;
    if (calls === 1) throw new Error('queue is down');
  });
  notice([eventOf(merchant)]);
  await expect.poll(() => calls).toBe(1);
  await expect.poll(() => t.logLines.join()).toContain('could not ask for a delivery of webhooks');
  notice([eventOf(merchant)]);
  await expect.poll(() => calls).toBe(2);
});

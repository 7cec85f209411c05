/** Webhook endpoints, what they are told, and what happens when they do not answer. */
import type { CreateWebhookEndpointInput } from '@4geeks/billing/webhook/create-webhook-endpoint';
import { createWebhookEndpoint } from '@4geeks/billing/webhook/create-webhook-endpoint';
import { deleteWebhookEndpoint } from '@4geeks/billing/webhook/delete-webhook-endpoint';
import { deliverWebhooks } from '@4geeks/billing/webhook/deliver-webhooks';
import { publicEventTypes } from '@4geeks/billing/webhook/public-events';
import { redeliverWebhook } from '@4geeks/billing/webhook/redeliver-webhook';
import {
  mostJitter,
  planRetry,
  retryDelaysMs,
  scheduleEnd,
} from '@4geeks/billing/webhook/retry-schedule';
import { rotateWebhookSecret } from '@4geeks/billing/webhook/rotate-webhook-secret';
import { sendTestWebhook } from '@4geeks/billing/webhook/send-test-webhook';
import { updateWebhookEndpoint } from '@4geeks/billing/webhook/update-webhook-endpoint';
import { createCustomer } from '@4geeks/billing/customer/create-customer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { globalId } from '../testkit/api.ts';
import { testBilling } from '../testkit/billing.ts';
import type { SeededMerchant } from '../testkit/seed.ts';
import {
  answerWith,
  verify,
  webhookReceiver,
  type WebhookReceiver,
} from '../testkit/webhook-receiver.ts';

const t = await testBilling();
const receiver = await webhookReceiver();
beforeEach(() => {
  receiver.received.length = 0;
  receiver.answer = answerWith(204);
});

const listen = (merchant: SeededMerchant, input: Partial<CreateWebhookEndpointInput> = {}) =>
  createWebhookEndpoint(t.billing, merchant.system, { url: receiver.url, ...input });

async function listening(input: Partial<CreateWebhookEndpointInput> = {}) {
  const merchant = await t.seed.merchant();
  return { merchant, ...(await listen(merchant, input)) };
}

const deliver = () => deliverWebhooks(t.billing);

/** When its only delivery, which failed, was sent and is to be sent again. */
async function waitingOf(endpointId: string) {
  const [delivery] = await deliveriesOf(endpointId);
  return { lastAttemptAt: delivery!.lastAttemptAt!, nextAttemptAt: delivery!.nextAttemptAt! };
}

/** Something of a public type happens. */
const happen = (merchant: SeededMerchant, name = 'Ada') =>
  createCustomer(t.billing, merchant.system, { name, email: 'ada@example.com', locale: 'en' });

const deliveriesOf = (endpointId: string) =>
  t.billing.database.webhookDelivery.findMany({
    where: { endpointId },
    orderBy: { sequence: 'asc' },
    include: { event: true },
  });

const endpointOf = (id: string) =>
  t.billing.database.webhookEndpoint.findUniqueOrThrow({ where: { id } });

describe('an endpoint', () => {
  it('is told of what happens from then on, signed, with global ids', async () => {
    const merchant = await t.seed.merchant();
    await happen(merchant, 'before');
    const { secret, endpoint } = await listen(merchant);
    const ada = await merchant.customer();
    await ada.subscription();
    await t.drain();
    await deliver();

    const types = receiver.types();
    expect(types.slice().sort()).toEqual(
      [
        'customer.created',
        'payment_method.added',
        'payment_method.default_changed',
        'product.created',
        'price.created',
        'subscription.created',
        'invoice.finalized',
        'payment.succeeded',
        'invoice.paid',
      ].sort(),
    );
    const paid = receiver.received.find(({ payload }) => payload.type === 'invoice.paid')!;
    const [invoice] = await ada.invoices();
    const event = await t.billing.database.event.findFirstOrThrow({
      where: { type: 'invoice.paid', objectId: invoice!.id },
    });
    expect(verify(secret, paid)).toMatchObject({
      id: globalId('Event', event.id),
      type: 'invoice.paid',
      version: '2026-11-28',
      occurredAt: event.occurredAt.toISOString(),
      sequence: Number(event.sequence),
      objectType: 'invoice',
      objectId: globalId('Invoice', invoice!.id),
      customerId: globalId('Customer', ada.id),
      data: expect.objectContaining({ number: invoice!.number }),
    });
    expect(paid.headers['webhook-id']).toBe(globalId('Event', event.id));
    expect(paid.headers['content-type']).toBe('application/json');
    expect(await deliveriesOf(endpoint.id)).toHaveLength(types.length);
    for (const delivery of await deliveriesOf(endpoint.id)) {
      expect(delivery).toMatchObject({ status: 'DELIVERED', attempts: 1, responseStatus: 204 });
    }
    await deliver();
    expect(receiver.received).toHaveLength(types.length);
  });

  it('is told of what it listens to, and other merchants’ of theirs', async () => {
    const { merchant } = await listening({ eventTypes: ['product.created', 'customer.created'] });
    const other = await listening({ url: `${receiver.url}/other` });
    await merchant.customer();
    await deliver();
    expect(receiver.types()).toEqual(['customer.created']);
    expect(receiver.received[0]!.path).toBe('/');
    expect(await deliveriesOf(other.endpoint.id)).toEqual([]);
  });

  it('keeps its secret sealed, and shows it to nobody', async () => {
    const { secret, endpoint } = await listening();
    expect(secret).toMatch(/^whsec_[\w+/]{43}=$/);
    const rows = await t.database.sql<{ row: string }>(
      `select e::text as row from "WebhookEndpoint" e union all
       select e::text from "Event" e where "objectType" = 'webhook_endpoint'`,
    );
    const core = secret.slice(6, -1);
    for (const { row } of rows) expect(row).not.toContain(core);
    expect(t.logLines.join('\n')).not.toContain(core);
    expect((await endpointOf(endpoint.id)).secret).toMatch(/^v1\./);
  });

  it.each([
    ['URL_INVALID', 'not an address'],
    ['URL_INVALID', 'ftp://example.com'],
    ['URL_INVALID', 'https://user:password@example.com'],
    ['URL_INVALID', 'https://example.com/#part'],
    ['URL_INVALID', `https://example.com/${'x'.repeat(2000)}`],
    ['URL_NOT_PUBLIC', 'http://10.0.0.1'],
    ['URL_NOT_PUBLIC', 'http://169.254.169.254/latest'],
  ])('is refused with %s: %s', async (reason, url) => {
    const merchant = await t.seed.merchant();
    await expect(listen(merchant, { url })).rejects.toMatchObject({
      facts: { field: 'url', reason },
    });
  });

  it('listens to public types only, each once', async () => {
    const merchant = await t.seed.merchant();
    for (const eventType of ['payment.started', 'webhook_endpoint.created', 'invoice.*']) {
      await expect(listen(merchant, { eventTypes: [eventType] })).rejects.toMatchObject({
        facts: { reason: 'EVENT_TYPE_UNKNOWN', eventType },
      });
    }
    const { endpoint } = await listen(merchant, { eventTypes: ['invoice.paid', 'invoice.paid'] });
    expect(endpoint.eventTypes).toEqual(['invoice.paid']);
    expect(new Set(publicEventTypes).size).toBe(publicEventTypes.length);
  });

  it('is one of twenty at most, however many are made at once', async () => {
    const merchant = await t.seed.merchant();
    const made = await Promise.allSettled(Array.from({ length: 22 }, () => listen(merchant)));
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
    expect(made.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'TOO_MANY_WEBHOOK_ENDPOINTS' },
    });
  });

  it('switched off is told nothing, and switched on of what comes then', async () => {
    const { merchant, endpoint } = await listening();
    const { id: webhookEndpointId } = endpoint;
    receiver.answer = answerWith(500);
    await happen(merchant);
    await deliver();
    expect(await deliveriesOf(endpoint.id)).toMatchObject([{ status: 'PENDING' }]);
    const off = await updateWebhookEndpoint(t.billing, merchant.system, {
      webhookEndpointId,
      enabled: false,
    });
    expect(off).toMatchObject({ disabledReason: 'BY_HAND', disabledAt: t.clock.now() });
    await happen(merchant);
    await deliver();
    const [delivery] = await deliveriesOf(endpoint.id);
    expect(delivery).toMatchObject({ status: 'FAILED', failure: 'ENDPOINT_DISABLED' });
    for (const refused of [
      () => sendTestWebhook(t.billing, merchant.system, { webhookEndpointId }),
      () => redeliverWebhook(t.billing, merchant.system, { webhookDeliveryId: delivery!.id }),
    ]) {
      await expect(refused()).rejects.toMatchObject({ code: 'WEBHOOK_ENDPOINT_DISABLED' });
    }

    receiver.answer = answerWith(200);
    receiver.received.length = 0;
    const on = await updateWebhookEndpoint(t.billing, merchant.system, {
      webhookEndpointId,
      enabled: true,
      url: `${receiver.url}/new`,
    });
    expect(on).toMatchObject({ disabledReason: null, failingSince: null });
    await deliver();
    expect(receiver.received).toEqual([]);
    await happen(merchant, 'Grace');
    await deliver();
    expect(receiver.received).toMatchObject([{ path: '/new', payload: { data: {} } }]);
  });

  it('deleted is as if it had never been', async () => {
    const { merchant, endpoint } = await listening();
    const { id: webhookEndpointId } = endpoint;
    await happen(merchant);
    await deliver();
    const [delivery] = await deliveriesOf(endpoint.id);
    await deleteWebhookEndpoint(t.billing, merchant.system, { webhookEndpointId });
    await happen(merchant);
    await deliver();
    expect(receiver.received).toHaveLength(1);
    expect(await endpointOf(endpoint.id)).toMatchObject({ secret: '', previousSecret: null });
    for (const refused of [
      () => deleteWebhookEndpoint(t.billing, merchant.system, { webhookEndpointId }),
      () => updateWebhookEndpoint(t.billing, merchant.system, { webhookEndpointId, enabled: true }),
      () => rotateWebhookSecret(t.billing, merchant.system, { webhookEndpointId }),
      () => redeliverWebhook(t.billing, merchant.system, { webhookDeliveryId: delivery!.id }),
    ]) {
      await expect(refused()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
  });

  it('of another merchant does not exist', async () => {
    const { endpoint, merchant } = await listening();
    await happen(merchant);
    await deliver();
    const [delivery] = await deliveriesOf(endpoint.id);
    const { system } = await t.seed.merchant();
    const { id: webhookEndpointId } = endpoint;
    for (const refused of [
      () => updateWebhookEndpoint(t.billing, system, { webhookEndpointId, description: 'theirs' }),
      () => deleteWebhookEndpoint(t.billing, system, { webhookEndpointId }),
      () => rotateWebhookSecret(t.billing, system, { webhookEndpointId }),
      () => sendTestWebhook(t.billing, system, { webhookEndpointId }),
      () => redeliverWebhook(t.billing, system, { webhookDeliveryId: delivery!.id }),
    ]) {
      await expect(refused()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    expect(await endpointOf(endpoint.id)).toEqual(endpoint);
  });
});

describe('secrets', () => {
  it('overlap for a day after a rotation', async () => {
    const { merchant, endpoint, secret: first } = await listening();
    const { secret: second, endpoint: rotated } = await rotateWebhookSecret(
      t.billing,
      merchant.system,
      { webhookEndpointId: endpoint.id },
    );
    expect(second).not.toBe(first);
    const until = new Date(t.clock.now().getTime() + 86_400_000);
    expect(rotated.previousSecretUntil).toEqual(until);
    await happen(merchant);
    await deliver();
    const [both] = receiver.received;
    expect(verify(second, both!)).toEqual(both!.payload);
    expect(verify(first, both!)).toEqual(both!.payload);

    t.clock.set(until);
    await happen(merchant);
    await deliver();
    const [, one] = receiver.received;
    expect(verify(second, one!)).toEqual(one!.payload);
    expect(() => verify(first, one!)).toThrow('No matching signature found');
  });

  it('end at once when they got into the wrong hands', async () => {
    const { merchant, endpoint, secret: first } = await listening();
    const { secret: second } = await rotateWebhookSecret(t.billing, merchant.system, {
      webhookEndpointId: endpoint.id,
      revokeOld: true,
    });
    await happen(merchant);
    await deliver();
    const [webhook] = receiver.received;
    expect(verify(second, webhook!)).toEqual(webhook!.payload);
    expect(() => verify(first, webhook!)).toThrow('No matching signature found');
  });
});

describe('a delivery that fails', () => {
  // Nothing is left for the next test to be sent.
  afterEach(async () => {
    receiver.answer = answerWith(204);
    t.clock.advance({ days: 5 });
    await deliver();
  });

  it('is tried again over days under the same id, until it is taken', async () => {
    const { merchant, endpoint, secret } = await listening();
    receiver.answer = answerWith(503, `down for maintenance ${'x'.repeat(2000)}`);
    await happen(merchant);
    await deliver();
    const failedAt = t.clock.now();
    const [first] = await deliveriesOf(endpoint.id);
    const planned = planRetry({
      endpointId: endpoint.id,
      step: 0,
      failedAt,
      beganAt: failedAt,
      notBefore: null,
    });
    expect(first).toMatchObject({
      status: 'PENDING',
      attempts: 1,
      responseStatus: 503,
      failure: null,
      nextAttemptAt: planned!.at,
      lastAttemptAt: failedAt,
    });
    expect(first!.responseBody).toHaveLength(1000);
    expect(first!.responseBody).toMatch(/^down for maintenance x+$/);
    expect(await endpointOf(endpoint.id)).toMatchObject({ failingSince: failedAt });

    await deliver();
    expect(receiver.received).toHaveLength(1);
    for (const [index, delayMs] of retryDelaysMs.slice(0, 3).entries()) {
      const { nextAttemptAt, lastAttemptAt } = await waitingOf(endpoint.id);
      expect(nextAttemptAt.getTime()).toBeGreaterThanOrEqual(lastAttemptAt.getTime() + delayMs);
      t.clock.set(new Date(nextAttemptAt.getTime() - 1));
      await deliver();
      expect(receiver.received).toHaveLength(index + 1);
      t.clock.set(nextAttemptAt);
      if (index === 2) receiver.answer = answerWith(200, 'ok');
      await deliver();
      expect(receiver.received).toHaveLength(index + 2);
    }
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
    for (const webhook of receiver.received) verify(secret, webhook);
    expect(await deliveriesOf(endpoint.id)).toMatchObject([
      { status: 'DELIVERED', attempts: 4, responseStatus: 200, responseBody: 'ok' },
    ]);
    expect(await endpointOf(endpoint.id)).toMatchObject({ failingSince: null });
  });

  it.each<[string, number, (now: Date) => string, number]>([
    ['429 in seconds', 429, () => '3600', 3_600_000],
    ['503 as a date', 503, (now) => new Date(now.getTime() + 7_200_000).toUTCString(), 7_200_000],
  ])('waits as long as it is asked to by %s', async (_what, status, header, waitMs) => {
    const { merchant, endpoint } = await listening();
    // A date of the header has no milliseconds.
    t.clock.set(new Date(Math.ceil(t.clock.now().getTime() / 1000) * 1000));
    const failedAt = t.clock.now();
    receiver.answer = (_webhook, response) =>
      void response.writeHead(status, { 'retry-after': header(failedAt) }).end();
    await happen(merchant);
    await deliver();
    const asked = new Date(failedAt.getTime() + waitMs);
    expect(await deliveriesOf(endpoint.id)).toMatchObject([
      { status: 'PENDING', scheduleBeganAt: failedAt, nextAttemptAt: asked },
    ]);
    t.clock.set(new Date(asked.getTime() - 1));
    await deliver();
    expect(receiver.received).toHaveLength(1);
    receiver.answer = answerWith(204);
    t.clock.set(asked);
    await deliver();
    expect(await deliveriesOf(endpoint.id)).toMatchObject([{ status: 'DELIVERED', attempts: 2 }]);
  });

  it('asked to wait beyond the end of the schedule, is tried once more at its end', async () => {
    const { merchant, endpoint } = await listening();
    const failedAt = t.clock.now();
    receiver.answer = (_webhook, response) =>
      void response.writeHead(503, { 'retry-after': '999999999' }).end();
    await happen(merchant);
    await deliver();
    const end = scheduleEnd(failedAt);
    expect(await deliveriesOf(endpoint.id)).toMatchObject([{ nextAttemptAt: end }]);
    t.clock.set(end);
    await deliver();
    expect(await deliveriesOf(endpoint.id)).toMatchObject([
      { status: 'FAILED', attempts: 2, nextAttemptAt: null },
    ]);

    // Sent again by hand, it has a schedule of its own.
    const [delivery] = await deliveriesOf(endpoint.id);
    await redeliverWebhook(t.billing, merchant.system, { webhookDeliveryId: delivery!.id });
    await deliver();
    expect(await deliveriesOf(endpoint.id)).toMatchObject([
      { status: 'PENDING', scheduleBeganAt: end, nextAttemptAt: scheduleEnd(end) },
    ]);
  });

  it('by 500 is retried by the schedule, whatever its answer asks for', async () => {
    const { merchant, endpoint } = await listening();
    receiver.answer = (_webhook, response) =>
      void response.writeHead(500, { 'retry-after': '3600' }).end();
    await happen(merchant);
    await deliver();
    const { nextAttemptAt, lastAttemptAt } = await waitingOf(endpoint.id);
    expect(nextAttemptAt.getTime() - lastAttemptAt.getTime()).toBeLessThanOrEqual(5500);
  });

  it('at many endpoints together does not come back together', async () => {
    const merchant = await t.seed.merchant();
    receiver.answer = answerWith(500);
    for (let count = 0; count < 12; count += 1) await listen(merchant);
    await happen(merchant);
    await deliver();
    const waiting = await t.billing.database.webhookDelivery.findMany({
      where: { merchantId: merchant.id },
    });
    expect(waiting).toHaveLength(12);
    const instants = new Set(waiting.map(({ nextAttemptAt }) => nextAttemptAt?.getTime()));
    expect(instants.size).toBeGreaterThan(8);
  });

  it('is given up after ten attempts, and its endpoint goes on', async () => {
    const { merchant, endpoint } = await listening();
    receiver.answer = answerWith(500);
    await happen(merchant);
    await deliver();
    for (const delayMs of retryDelaysMs) {
      t.clock.advance({ seconds: Math.ceil((delayMs * (1 + mostJitter)) / 1000) });
      await deliver();
    }
    expect(receiver.received).toHaveLength(10);
    expect(await deliveriesOf(endpoint.id)).toMatchObject([
      { status: 'FAILED', attempts: 10, nextAttemptAt: null },
    ]);
    expect(await endpointOf(endpoint.id)).toMatchObject({ disabledAt: null });

    // One that fails days later is no proof that it failed all the time.
    t.clock.advance({ days: 6 });
    await happen(merchant);
    await deliver();
    expect(await endpointOf(endpoint.id)).toMatchObject({ disabledAt: null });
    receiver.answer = answerWith(200);
    t.clock.advance({ minutes: 1 });
    await deliver();
    expect(await endpointOf(endpoint.id)).toMatchObject({ disabledAt: null, failingSince: null });
  });

  it.each<[string, WebhookReceiver['answer']]>([
    ['HTTP 500', answerWith(500, 'broken')],
    ['No connection', (_webhook, response) => void response.destroy()],
  ])('for five days disables its endpoint, and tells the owners: %s', async (told, answer) => {
    const { merchant, endpoint } = await listening({ url: `${receiver.url}/hook?key=abc` });
    const owner = await merchant.staff('OWNER');
    await merchant.staff('ADMIN');
    const { email } = await t.billing.database.staffUser.findUniqueOrThrow({
      where: { id: owner.userId },
    });
    receiver.answer = answer;
    const failingSince = t.clock.now();
    for (let day = 0; day < 7; day += 1) {
      await happen(merchant);
      for (let hour = 0; hour < 24; hour += 3) {
        await deliver();
        t.clock.advance({ hours: 3 });
      }
      const { disabledAt } = await endpointOf(endpoint.id);
      if (disabledAt) break;
    }
    const disabled = await endpointOf(endpoint.id);
    expect(disabled).toMatchObject({ disabledReason: 'FAILING', failingSince });
    const days = (disabled.disabledAt!.getTime() - failingSince.getTime()) / 86_400_000;
    expect(days).toBeGreaterThanOrEqual(5);
    expect(days).toBeLessThan(6);
    for (const { status, nextAttemptAt } of await deliveriesOf(endpoint.id)) {
      expect({ status, nextAttemptAt }).toEqual({ status: 'FAILED', nextAttemptAt: null });
    }
    const sent = receiver.received.length;
    await happen(merchant);
    t.clock.advance({ days: 1 });
    await deliver();
    expect(receiver.received).toHaveLength(sent);

    await t.drain();
    const mails = (await t.mailbox.mails(email)).filter(({ tag }) => tag === 'webhook-disabled');
    expect(mails).toHaveLength(1);
    expect(
      await t.billing.database.emailMessage.count({ where: { merchantId: merchant.id } }),
    ).toBe(1);
    const day = failingSince.toLocaleDateString('en', { dateStyle: 'long', timeZone: 'UTC' });
    expect(mails[0]!.text.replace(/\s+/g, ' ')).toContain(`nothing but failures since ${day}`);
    expect(mails[0]!.text).toContain(`${receiver.url}/hook`);
    expect(mails[0]!.text).toContain(told);
    expect(mails[0]!.text).not.toContain('key=abc');
    const events = await t.billing.database.event.findMany({
      where: { objectId: endpoint.id, type: 'webhook_endpoint.disabled' },
    });
    expect(events).toMatchObject([
      { data: { reason: 'FAILING', host: `127.0.0.1:${receiver.port}` } },
    ]);
  });

  it('disables its endpoint at once when that says it is gone', async () => {
    const { merchant, endpoint } = await listening();
    await merchant.staff('OWNER');
    receiver.answer = answerWith(410);
    await happen(merchant);
    await deliver();
    expect(await deliveriesOf(endpoint.id)).toMatchObject([
      { status: 'FAILED', attempts: 1, responseStatus: 410 },
    ]);
    expect(await endpointOf(endpoint.id)).toMatchObject({ disabledReason: 'GONE' });
    await t.drain();
    const mail = (await t.mailbox.mails()).at(-1);
    expect(mail).toMatchObject({ tag: 'webhook-disabled' });
    expect(mail!.text).toMatch(/said that it\s+is gone\s+\(410\)/);
  });

  it.each([
    ['TIMEOUT', () => {}],
    [
      'CONNECTION_FAILED',
      (_webhook: unknown, response: { destroy(): void }) => void response.destroy(),
    ],
  ] as const)('without an answer says why: %s', async (failure, answer) => {
    const { merchant, endpoint } = await listening();
    receiver.answer = answer;
    await happen(merchant);
    await deliver();
    expect(await deliveriesOf(endpoint.id)).toMatchObject([
      { status: 'PENDING', attempts: 1, responseStatus: null, responseBody: null, failure },
    ]);
  });

  it('does not follow a redirect', async () => {
    const { merchant, endpoint } = await listening();
    receiver.answer = (_webhook, response) =>
      void response.writeHead(307, { location: `${receiver.url}/elsewhere` }).end();
    await happen(merchant);
    await deliver();
    expect(receiver.received).toHaveLength(1);
    expect(await deliveriesOf(endpoint.id)).toMatchObject([
      { status: 'PENDING', responseStatus: 307 },
    ]);
  });
});

describe('by hand', () => {
  it('a test event goes to its endpoint alone, whatever that listens to', async () => {
    const { merchant, endpoint, secret } = await listening({ eventTypes: ['invoice.paid'] });
    await listen(merchant, { url: `${receiver.url}/other` });
    const delivery = await sendTestWebhook(t.billing, merchant.system, {
      webhookEndpointId: endpoint.id,
    });
    expect(delivery).toMatchObject({ status: 'PENDING', endpointId: endpoint.id });
    await t.drain();
    expect(receiver.received).toMatchObject([
      {
        path: '/',
        payload: {
          type: 'webhook_endpoint.tested',
          objectId: globalId('WebhookEndpoint', endpoint.id),
        },
      },
    ]);
    verify(secret, receiver.received[0]!);
    expect(await deliveriesOf(endpoint.id)).toMatchObject([{ status: 'DELIVERED' }]);
  });

  it('a delivery is sent again under its id, and retried from the beginning', async () => {
    const { merchant, endpoint } = await listening();
    await happen(merchant);
    await deliver();
    const [delivery] = await deliveriesOf(endpoint.id);
    receiver.answer = answerWith(500);
    await redeliverWebhook(t.billing, merchant.system, { webhookDeliveryId: delivery!.id });
    await t.drain();
    expect(receiver.received).toHaveLength(2);
    expect(receiver.received[1]!.headers['webhook-id']).toBe(
      receiver.received[0]!.headers['webhook-id'],
    );
    expect(await deliveriesOf(endpoint.id)).toMatchObject([
      {
        status: 'PENDING',
        attempts: 2,
        deliveredAt: null,
        scheduleStep: 1,
        nextAttemptAt: expect.any(Date),
      },
    ]);
    receiver.answer = answerWith(204);
    t.clock.advance({ seconds: 6 });
    await deliver();
    expect(await deliveriesOf(endpoint.id)).toMatchObject([{ status: 'DELIVERED', attempts: 3 }]);
  });
});

/** What is deleted as it gets old: webhook deliveries, portal sessions and their links. */
import { createCustomer } from '@4geeks/billing/customer/create-customer';
import { confirmSignIn } from '@4geeks/billing/portal/confirm-sign-in';
import { createPortalSession } from '@4geeks/billing/portal/create-portal-session';
import { endPortalSession } from '@4geeks/billing/portal/end-portal-session';
import { forgetPortalSessions } from '@4geeks/billing/portal/forget-sessions';
import { resolvePortalSession } from '@4geeks/billing/portal/resolve-portal-session';
import { createWebhookEndpoint } from '@4geeks/billing/webhook/create-webhook-endpoint';
import { deleteWebhookEndpoint } from '@4geeks/billing/webhook/delete-webhook-endpoint';
import { deliverWebhooks } from '@4geeks/billing/webhook/deliver-webhooks';
import { deliveryDays, forgetWebhookDeliveries } from '@4geeks/billing/webhook/forget-deliveries';
import { redeliverWebhook } from '@4geeks/billing/webhook/redeliver-webhook';
import { Prisma } from '@4geeks/prisma';
import { describe, expect, it } from 'vitest';

import { testBilling, type TestBilling } from '../testkit/billing.ts';
import { enterWithOffer, planPrice } from '../testkit/plan-offer.ts';
import type { SeededMerchant } from '../testkit/seed.ts';
import { answerWith, webhookReceiver } from '../testkit/webhook-receiver.ts';

const receiver = await webhookReceiver();

const happen = (t: TestBilling, merchant: SeededMerchant) =>
  createCustomer(t.billing, merchant.system, {
    name: 'Ada',
    email: 'ada@example.com',
    locale: 'en',
  });

describe('webhook deliveries', () => {
  async function listening() {
    const t = await testBilling();
    const merchant = await t.seed.merchant();
    receiver.received.length = 0;
    receiver.answer = answerWith(200, 'thanks');
    const { endpoint } = await createWebhookEndpoint(t.billing, merchant.system, {
      url: receiver.url,
    });
    const { database } = t.billing;
    /** What the feed has not settled yet may be looked at again. */
    const settle = async () => {
      for (let look = 0; look < 3; look += 1) await deliverWebhooks(t.billing);
    };
    return { t, merchant, endpoint, database, settle };
  }

  it('are kept for 30 days, with their answers', async () => {
    const { t, merchant, database, settle } = await listening();
    await happen(t, merchant);
    await settle();
    t.clock.advance({ days: deliveryDays, seconds: -1 });
    await happen(t, merchant);
    await settle();
    expect(await forgetWebhookDeliveries(t.billing)).toBe(0);
    t.clock.advance({ seconds: 1 });
    expect(await forgetWebhookDeliveries(t.billing)).toBe(1);
    expect(await database.webhookDelivery.findMany()).toMatchObject([
      { status: 'DELIVERED', responseBody: 'thanks' },
    ]);
    // Neither is the event forgotten, nor told again.
    expect(await database.event.count({ where: { type: 'customer.created' } })).toBe(2);
    await settle();
    expect(receiver.received).toHaveLength(2);
    expect(await forgetWebhookDeliveries(t.billing)).toBe(0);
  });

  it('stay for as long as they are to be sent, however old', async () => {
    const { t, merchant, database, settle } = await listening();
    await happen(t, merchant);
    await settle();
    const [delivery] = await database.webhookDelivery.findMany();
    t.clock.advance({ days: 40 });
    receiver.answer = answerWith(500);
    await redeliverWebhook(t.billing, merchant.system, { webhookDeliveryId: delivery!.id });
    expect(await forgetWebhookDeliveries(t.billing)).toBe(0);
    await deliverWebhooks(t.billing);
    expect(await forgetWebhookDeliveries(t.billing)).toBe(0);
    expect(await database.webhookDelivery.findMany()).toMatchObject([{ status: 'PENDING' }]);
    receiver.answer = answerWith(204);
    t.clock.advance({ minutes: 1 });
    await deliverWebhooks(t.billing);
    expect(await forgetWebhookDeliveries(t.billing)).toBe(1);
  });

  it('that are not settled stay: their event would be told again', async () => {
    const { t, merchant, database } = await listening();
    await happen(t, merchant);
    await deliverWebhooks(t.billing);
    const [delivery] = await database.webhookDelivery.findMany();
    await database.webhookFeed.updateMany({ data: { settledSequence: delivery!.sequence - 1n } });
    t.clock.advance({ days: 40 });
    expect(await forgetWebhookDeliveries(t.billing)).toBe(0);
    await database.webhookFeed.updateMany({ data: { settledSequence: delivery!.sequence } });
    expect(await forgetWebhookDeliveries(t.billing)).toBe(1);
  });

  it('of a deleted endpoint go, too; all of them, in batches, by the index', async () => {
    const { t, merchant, endpoint, database, settle } = await listening();
    for (let count = 0; count < 7; count += 1) await happen(t, merchant);
    await settle();
    await deleteWebhookEndpoint(t.billing, merchant.system, { webhookEndpointId: endpoint.id });
    t.clock.advance({ days: 31 });
    const plan = await database.sql.transaction(async (sql) => {
      // So few rows that reading all of them would be quicker.
      await sql.query(Prisma.sql`SET LOCAL enable_seqscan = off`);
      return sql.query(Prisma.sql`
        EXPLAIN SELECT id FROM "WebhookDelivery"
        WHERE "nextAttemptAt" IS NULL AND "createdAt" <= ${t.clock.now()}::timestamptz
        ORDER BY "createdAt" LIMIT 3`);
    });
    expect(JSON.stringify(plan)).toContain('webhook_delivery_at_rest');
    const stopped = AbortSignal.abort();
    expect(await forgetWebhookDeliveries(t.billing, { most: 3, signal: stopped })).toBe(3);
    expect(await forgetWebhookDeliveries(t.billing, { most: 3 })).toBe(4);
    expect(await database.webhookDelivery.count()).toBe(0);
  });

  it('go once, whoever deletes them at the same time', async () => {
    const { t, merchant, database, settle } = await listening();
    for (let count = 0; count < 9; count += 1) await happen(t, merchant);
    await settle();
    t.clock.advance({ days: 31 });
    const another = t.another();
    const counts = await Promise.all(
      [t.billing, another.billing].map((billing) => forgetWebhookDeliveries(billing, { most: 2 })),
    );
    expect(counts[0]! + counts[1]!).toBe(9 - (await database.webhookDelivery.count()));
    await forgetWebhookDeliveries(t.billing);
    expect(await database.webhookDelivery.count()).toBe(0);
  });
});

describe('portal sessions and their links', () => {
  async function portal() {
    const t = await testBilling();
    const merchant = await t.seed.merchant();
    const ada = await merchant.customer();
    const link = async () => {
      const { url } = await createPortalSession(t.billing, merchant.system, { customerId: ada.id });
      return new URLSearchParams(new URL(url).hash.slice(1)).get('session')!;
    };
    const signIn = async () => {
      const token = await link();
      const confirmed = await confirmSignIn(t.billing, { portalSlug: merchant.slug, token });
      if (confirmed.status !== 'signed_in') throw new Error('Not signed in');
      return confirmed;
    };
    const { database } = t.billing;
    const left = async () => ({
      sessions: await database.portalSession.count(),
      links: await database.portalSessionLink.count(),
    });
    return { t, merchant, signIn, link, left };
  }

  it('go a day after they expired, used or not, ended or not', async () => {
    const { t, signIn, link, left } = await portal();
    const planOffers = 0;
    await signIn();
    const { sessionToken } = await signIn();
    await endPortalSession(t.billing, { sessionToken });
    await link();
    expect(await left()).toEqual({ sessions: 2, links: 3 });

    t.clock.advance({ hours: 24, minutes: 4 });
    expect(await forgetPortalSessions(t.billing)).toEqual({
      sessions: 0,
      links: 0,
      planOffers,
    });
    t.clock.advance({ minutes: 1 });
    expect(await forgetPortalSessions(t.billing, { most: 2 })).toEqual({
      sessions: 0,
      links: 3,
      planOffers,
    });
    t.clock.advance({ hours: 23, minutes: 54 });
    expect(await forgetPortalSessions(t.billing)).toEqual({
      sessions: 0,
      links: 0,
      planOffers,
    });
    t.clock.advance({ minutes: 1 });
    expect(await forgetPortalSessions(t.billing)).toEqual({ sessions: 2, links: 0, planOffers });
    expect(await left()).toEqual({ sessions: 0, links: 0 });
  });

  it('that are alive stay, and work', async () => {
    const { t, merchant, signIn, link, left } = await portal();
    const token = await link();
    const { sessionToken } = await signIn();
    expect(await forgetPortalSessions(t.billing)).toEqual({ sessions: 0, links: 0, planOffers: 0 });
    expect(await left()).toEqual({ sessions: 1, links: 2 });
    const portalSlug = merchant.slug;
    expect(await resolvePortalSession(t.billing, { portalSlug, sessionToken })).not.toBeNull();
    expect(await confirmSignIn(t.billing, { portalSlug, token })).toMatchObject({
      status: 'signed_in',
    });
  });

  it('take their plans on offer with them', async () => {
    const { t, merchant } = await portal();
    const ada = await merchant.customer();
    const { id: subscriptionId } = await ada.subscription();
    const offer = {
      customerId: ada.id,
      subscriptionId,
      offeredPriceIds: [await planPrice(t.billing, merchant, 900n)],
    };
    await enterWithOffer(t.billing, merchant, offer);
    await createPortalSession(t.billing, merchant.system, { flow: 'CHANGE_PLAN', ...offer });
    t.clock.advance({ hours: 24, minutes: 6 });
    // The session that came of one link is still kept, and with it the offer.
    expect(await forgetPortalSessions(t.billing)).toEqual({
      sessions: 0,
      links: 2,
      planOffers: 1,
    });
    t.clock.advance({ hours: 24 });
    expect(await forgetPortalSessions(t.billing)).toEqual({
      sessions: 1,
      links: 0,
      planOffers: 1,
    });
    expect(await t.billing.database.planOfferPrice.count()).toBe(0);
  });

  it('are swept every hour, with the deliveries', async () => {
    const { t, signIn, left } = await portal();
    await signIn();
    t.clock.advance({ days: 3 });
    await t.billing.enqueue(t.billing.database.sql, [
      { name: 'forget-portal-sessions', payload: {} },
      { name: 'forget-webhook-deliveries', payload: {} },
    ]);
    await t.drain();
    expect(await left()).toEqual({ sessions: 0, links: 0 });
  });
});

import { cancelSubscription } from '@4geeks/billing/subscription/cancel-subscription';
import { pauseSubscription } from '@4geeks/billing/subscription/pause-subscription';
import { resubscribe } from '@4geeks/billing/subscription/resubscribe';
import { resumeSubscription } from '@4geeks/billing/subscription/resume-subscription';
import { describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';

const t = await testBilling({ start: '2027-03-10T09:00:00Z' });
const merchant = await t.seed.merchant();
const { system } = merchant;

async function subscribed(card?: 'visa_insufficient_funds') {
  const ada = await merchant.customer(card ? { card } : {});
  const { id: subscriptionId } = await ada.subscription();
  await t.drain();
  return { ada, subscriptionId };
}

const days = (count: number) => count * 86_400_000;
const after = (count: number) => new Date(t.clock.now().getTime() + days(count));

describe('a pause', () => {
  it('over a renewal bills nothing; resuming begins a new period and bills it at once', async () => {
    const { ada, subscriptionId } = await subscribed();
    await t.travel({ days: 10 });
    await pauseSubscription(t.billing, system, { subscriptionId });
    expect(await ada.subscriptions()).toMatchObject([
      { status: 'PAUSED', pausedAt: t.clock.now(), resumesAt: null, nextRenewalAt: null },
    ]);
    // The period would have ended after 31 days: 60 more pass without a bill.
    await t.travel({ days: 60 });
    expect(await ada.invoices()).toHaveLength(1);

    await resumeSubscription(t.billing, system, { subscriptionId });
    await t.drain();
    const now = t.clock.now();
    const [subscription] = await ada.subscriptions();
    expect(subscription).toMatchObject({
      status: 'ACTIVE',
      pausedAt: null,
      billingAnchor: now,
      periodIndex: 0,
      currentPeriodStart: now,
      nextRenewalAt: subscription!.currentPeriodEnd,
    });
    const invoices = await ada.invoices();
    expect(invoices).toHaveLength(2);
    expect(invoices[1]).toMatchObject({ status: 'PAID', totalMinor: 4900n, periodStart: now });
    expect(await ada.charges()).toHaveLength(2);

    // Later periods are counted from the new anchor.
    t.clock.set(subscription!.currentPeriodEnd);
    await t.sweep();
    expect((await ada.invoices())[2]).toMatchObject({
      periodStart: subscription!.currentPeriodEnd,
      status: 'PAID',
    });
    expect(await ada.events()).toEqual(
      expect.arrayContaining(['subscription.paused', 'subscription.resumed']),
    );
  });

  it('until a day ends by itself on that day, however late the sweep is', async () => {
    const { ada, subscriptionId } = await subscribed();
    const resumesAt = after(45);
    await pauseSubscription(t.billing, system, { subscriptionId, resumesAt });
    await t.travel({ days: 44 });
    expect(await ada.subscriptions()).toMatchObject([{ status: 'PAUSED' }]);
    // Twenty days after it was to resume, the sweep comes: the period began when it was to.
    await t.travel({ days: 21 });
    expect(await ada.subscriptions()).toMatchObject([
      { status: 'ACTIVE', currentPeriodStart: resumesAt, resumesAt: null },
    ]);
    expect((await ada.invoices()).map(({ periodStart }) => periodStart)).toEqual([
      expect.any(Date),
      resumesAt,
    ]);
    await t.sweep();
    expect(await ada.invoices()).toHaveLength(2);
  });

  it('is ended by one of several workers', async () => {
    const { ada, subscriptionId } = await subscribed();
    await pauseSubscription(t.billing, system, { subscriptionId, resumesAt: after(1) });
    t.clock.advance({ days: 1 });
    const { resumeDueSubscriptions } =
      await import('@4geeks/billing/subscription/resume-due-subscriptions');
    await Promise.all([1, 2, 3, 4].map(() => resumeDueSubscriptions(t.billing)));
    expect(await ada.invoices()).toHaveLength(2);
    await t.drain();
  });

  it('stops the retries of what is open, which can still be paid; resuming takes them up', async () => {
    const { ada, subscriptionId } = await subscribed('visa_insufficient_funds');
    await pauseSubscription(t.billing, system, { subscriptionId });
    expect(await ada.openInvoices()).toMatchObject([{ nextAttemptAt: null }]);
    await t.travel({ days: 10 });
    expect(await ada.payments()).toHaveLength(1);
    await resumeSubscription(t.billing, system, { subscriptionId });
    expect(await ada.subscriptions()).toMatchObject([{ status: 'PAST_DUE' }]);
    // Three days: the first retry of the policy.
    expect((await ada.openInvoices())[0]).toMatchObject({ nextAttemptAt: after(3) });
    await t.drain();
    await ada.enterCard('visa');
    await t.drain();
    expect(await ada.openInvoices()).toEqual([]);
    expect(await ada.subscriptions()).toMatchObject([{ status: 'ACTIVE' }]);
  });

  it('stays a pause when what was open is paid', async () => {
    const { ada, subscriptionId } = await subscribed('visa_insufficient_funds');
    await pauseSubscription(t.billing, system, { subscriptionId });
    await ada.enterCard('visa');
    await t.drain();
    expect(await ada.openInvoices()).toEqual([]);
    expect(await ada.subscriptions()).toMatchObject([{ status: 'PAUSED' }]);
  });

  it('ended in the instant it began bills nothing twice', async () => {
    const { ada, subscriptionId } = await subscribed();
    await pauseSubscription(t.billing, system, { subscriptionId });
    await resumeSubscription(t.billing, system, { subscriptionId });
    await t.drain();
    expect(await ada.invoices()).toHaveLength(1);
    expect(await ada.subscriptions()).toMatchObject([{ status: 'ACTIVE', periodIndex: 0 }]);
  });

  it('is not the customer’s to ask for, nor into the past', async () => {
    const { ada, subscriptionId } = await subscribed();
    await expect(
      pauseSubscription(t.billing, await ada.viewer(), { subscriptionId }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(
      pauseSubscription(t.billing, system, { subscriptionId, resumesAt: t.clock.now() }),
    ).rejects.toMatchObject({ facts: { reason: 'RESUMES_AT_PAST' } });
  });
});

describe('ending now', () => {
  it('is final and for staff; what was said is kept', async () => {
    const { ada, subscriptionId } = await subscribed();
    const customer = await ada.viewer();
    await expect(
      cancelSubscription(t.billing, customer, { subscriptionId, when: 'NOW' }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await cancelSubscription(t.billing, customer, { subscriptionId, reason: 'UNUSED' });
    await cancelSubscription(t.billing, await merchant.staff(), { subscriptionId, when: 'NOW' });
    expect(await ada.subscriptions()).toMatchObject([
      { status: 'CANCELED', endedAt: t.clock.now(), cancellationReason: 'UNUSED' },
    ]);
  });

  it('is what cancelling does to a paused one', async () => {
    const { ada, subscriptionId } = await subscribed();
    await pauseSubscription(t.billing, system, { subscriptionId, resumesAt: after(5) });
    await cancelSubscription(t.billing, await ada.viewer(), { subscriptionId });
    expect(await ada.subscriptions()).toMatchObject([
      { status: 'CANCELED', pausedAt: null, resumesAt: null },
    ]);
    await t.travel({ days: 6 });
    expect(await ada.invoices()).toHaveLength(1);
  });
});

describe('resubscribing', () => {
  it('begins a new subscription with the same items, billed at once, and once', async () => {
    const { ada, subscriptionId } = await subscribed();
    await cancelSubscription(t.billing, system, { subscriptionId, when: 'NOW' });
    await t.travel({ days: 3 });
    const taken = await resubscribe(t.billing, system, { subscriptionId });
    await t.drain();
    expect(taken).toMatchObject({
      status: 'ACTIVE',
      previousSubscriptionId: subscriptionId,
      currentPeriodStart: t.clock.now(),
    });
    expect(await ada.charges()).toHaveLength(2);
    await expect(resubscribe(t.billing, system, { subscriptionId })).rejects.toMatchObject({
      code: 'ALREADY_RESUBSCRIBED',
    });
  });

  it('is refused where a price is no longer sold', async () => {
    const { subscriptionId } = await subscribed();
    await cancelSubscription(t.billing, system, { subscriptionId, when: 'NOW' });
    await t.billing.database.price.updateMany({
      where: { subscriptionItems: { some: { subscriptionId } } },
      data: { archivedAt: t.clock.now() },
    });
    await expect(resubscribe(t.billing, system, { subscriptionId })).rejects.toMatchObject({
      code: 'PRICE_ARCHIVED',
    });
  });
});

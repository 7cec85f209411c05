import { cancelSubscription } from '@4geeks/billing/subscription/cancel-subscription';
import { undoSubscriptionCancellation } from '@4geeks/billing/subscription/undo-subscription-cancellation';
import { describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';

const t = await testBilling();
const merchant = await t.seed.merchant();

describe('cancelling', () => {
  it('ends the subscription with its period, with the reason kept', async () => {
    const ada = await merchant.customer();
    const { id } = await ada.subscription();
    await t.drain();
    await cancelSubscription(t.billing, await ada.viewer(), {
      subscriptionId: id,
      reason: 'TOO_EXPENSIVE',
      comment: '  too much for me  ',
    });
    await t.sweep();
    const [running] = await ada.subscriptions();
    expect(running).toMatchObject({
      status: 'ACTIVE',
      cancelAtPeriodEnd: true,
      canceledAt: t.clock.now(),
      cancellationReason: 'TOO_EXPENSIVE',
      cancellationComment: 'too much for me',
    });
    await t.travel({ days: 35 });
    expect(await ada.subscriptions()).toMatchObject([
      { status: 'CANCELED', endedAt: running!.currentPeriodEnd, nextRenewalAt: null },
    ]);
    expect(await ada.invoices()).toHaveLength(1);
    expect(await ada.events()).toContain('subscription.canceled');
  });

  it('can be undone until the period ends, and not after', async () => {
    const ada = await merchant.customer();
    const { id: subscriptionId } = await ada.subscription();
    await t.drain();
    const viewer = await ada.viewer();
    await cancelSubscription(t.billing, viewer, { subscriptionId });
    await undoSubscriptionCancellation(t.billing, viewer, { subscriptionId });
    await t.travel({ days: 31 });
    expect(await ada.subscriptions()).toMatchObject([
      { status: 'ACTIVE', cancelAtPeriodEnd: false, canceledAt: null },
    ]);
    expect(await ada.invoices()).toHaveLength(2);

    await cancelSubscription(t.billing, viewer, { subscriptionId });
    await t.travel({ days: 31 });
    await expect(
      undoSubscriptionCancellation(t.billing, viewer, { subscriptionId }),
    ).rejects.toMatchObject({ code: 'SUBSCRIPTION_ENDED' });
    await expect(cancelSubscription(t.billing, viewer, { subscriptionId })).rejects.toMatchObject({
      code: 'SUBSCRIPTION_ENDED',
    });
  });

  it('says so when there is nothing to cancel or to undo', async () => {
    const ada = await merchant.customer();
    const { id: subscriptionId } = await ada.subscription();
    const viewer = await ada.viewer();
    await expect(
      undoSubscriptionCancellation(t.billing, viewer, { subscriptionId }),
    ).rejects.toMatchObject({ code: 'NOT_CANCELING' });
    await cancelSubscription(t.billing, viewer, { subscriptionId });
    await expect(cancelSubscription(t.billing, viewer, { subscriptionId })).rejects.toMatchObject({
      code: 'ALREADY_CANCELING',
    });
    const bob = await merchant.customer();
    await expect(
      cancelSubscription(t.billing, await bob.viewer(), { subscriptionId }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await t.drain();
  });

  it('stops the retries of what is open; undoing resumes them', async () => {
    const ada = await merchant.customer({ card: 'visa_insufficient_funds' });
    const { id: subscriptionId } = await ada.subscription();
    await t.drain();
    const viewer = await ada.viewer();
    await cancelSubscription(t.billing, viewer, { subscriptionId });
    expect(await ada.openInvoices()).toMatchObject([{ nextAttemptAt: null }]);
    await t.travel({ days: 10 });
    expect(await ada.payments()).toHaveLength(1);
    await undoSubscriptionCancellation(t.billing, viewer, { subscriptionId });
    expect(await ada.openInvoices()).toMatchObject([
      { nextAttemptAt: new Date(t.clock.now().getTime() + 3 * 86_400_000) },
    ]);
    await t.travel({ days: 3 });
    expect(await ada.payments()).toHaveLength(2);

    // What is open can still be paid after the end.
    await cancelSubscription(t.billing, viewer, { subscriptionId });
    await t.travel({ days: 31 });
    expect(await ada.subscriptions()).toMatchObject([{ status: 'CANCELED' }]);
    await ada.enterCard('visa');
    await t.drain();
    expect(await ada.openInvoices()).toEqual([]);
    expect(await ada.subscriptions()).toMatchObject([{ status: 'CANCELED' }]);
  });
});

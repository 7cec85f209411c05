import { cancelSubscription } from '@4geeks/billing/subscription/cancel-subscription';
import type { DunningFinalAction } from '@4geeks/prisma';
import { describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import type { SeededCustomer } from '../testkit/seed.ts';

const t = await testBilling();
const dayMs = 86_400_000;

/** A yearly subscription whose first invoice is declined again and again, until nothing is planned. */
async function exhaust(finalAction: DunningFinalAction) {
  const merchant = await t.seed.merchant({ finalAction });
  const ada = await merchant.customer({ card: 'visa_insufficient_funds' });
  const subscription = await ada.subscription({ interval: 'YEAR' });
  await t.drain();
  const begun = t.clock.now().getTime();
  await t.travel({ days: 2 });
  expect(await attempts(ada)).toEqual([0]);
  for (const days of [1, 5, 7]) await t.travel({ days });
  expect(await attempts(ada)).toEqual([0, 3, 8, 15]);
  return { merchant, ada, subscription };

  async function attempts(customer: SeededCustomer) {
    const payments = await customer.payments();
    return payments.map(({ createdAt }) => (createdAt.getTime() - begun) / dayMs);
  }
}

describe('dunning', () => {
  it('retries 3, 5 and 7 days after the failure before, with a mail after each', async () => {
    const { ada } = await exhaust('LEAVE_PAST_DUE');
    expect(await ada.payments()).toMatchObject([
      { trigger: 'RENEWAL' },
      { trigger: 'DUNNING' },
      { trigger: 'DUNNING' },
      { trigger: 'DUNNING' },
    ]);
    expect(await ada.openInvoices()).toMatchObject([{ dunningRetries: 3, nextAttemptAt: null }]);
    const failed = (await ada.mails()).filter(({ tag }) => tag === 'payment-failed');
    expect(failed).toHaveLength(4);
    await t.travel({ days: 60 });
    expect(await ada.payments()).toHaveLength(4);
    expect(await ada.subscriptions()).toMatchObject([{ status: 'PAST_DUE' }]);
  });

  it('ends with the subscription cancelled where the policy says so', async () => {
    const { ada } = await exhaust('CANCEL_SUBSCRIPTION');
    expect(await ada.subscriptions()).toMatchObject([
      { status: 'CANCELED', endedAt: t.clock.now(), nextRenewalAt: null },
    ]);
    expect(await ada.openInvoices()).toHaveLength(1);
    await t.travel({ days: 400 });
    expect(await ada.invoices()).toHaveLength(1);
    await ada.enterCard('visa');
    await t.drain();
    expect(await ada.subscriptions()).toMatchObject([{ status: 'CANCELED' }]);
  });

  it('ends unpaid where the policy says so, and bills no more', async () => {
    const { ada } = await exhaust('MARK_UNPAID');
    expect(await ada.subscriptions()).toMatchObject([{ status: 'UNPAID', nextRenewalAt: null }]);
    await t.travel({ days: 400 });
    expect(await ada.invoices()).toHaveLength(1);
  });

  it('an unpaid subscription that is paid in time renews as if nothing had been', async () => {
    const { ada } = await exhaust('MARK_UNPAID');
    await ada.enterCard('visa');
    await t.drain();
    const [subscription] = await ada.subscriptions();
    expect(subscription).toMatchObject({
      status: 'ACTIVE',
      nextRenewalAt: subscription!.currentPeriodEnd,
    });
    t.clock.set(subscription!.currentPeriodEnd);
    await t.sweep();
    expect(await ada.invoices()).toMatchObject([{ status: 'PAID' }, { status: 'PAID' }]);
  });

  it('an unpaid subscription that is paid late is billed from the running period on', async () => {
    const { ada } = await exhaust('MARK_UNPAID');
    const [first] = await ada.invoices();
    // Two years pass unused and unbilled.
    await t.travel({ days: 2 * 365 + 100 });
    await ada.enterCard('visa');
    await t.sweep();
    const invoices = await ada.invoices();
    expect(invoices).toHaveLength(2);
    expect(invoices[1]!.periodStart!.getUTCFullYear()).toBe(
      first!.periodStart!.getUTCFullYear() + 2,
    );
    const [subscription] = await ada.subscriptions();
    expect(subscription!.status).toBe('ACTIVE');
    expect(subscription!.currentPeriodEnd.getTime()).toBeGreaterThan(t.clock.now().getTime());
  });

  it('an unpaid subscription that is cancelled ends with its period', async () => {
    const { merchant, ada, subscription } = await exhaust('MARK_UNPAID');
    await cancelSubscription(t.billing, await merchant.staff(), {
      subscriptionId: subscription.id,
    });
    t.clock.set(subscription.currentPeriodEnd);
    await t.sweep();
    expect(await ada.subscriptions()).toMatchObject([
      { status: 'CANCELED', endedAt: subscription.currentPeriodEnd },
    ]);
    expect(await ada.invoices()).toHaveLength(1);
  });

  it('keeps the policy an invoice began with when the merchant writes a new one', async () => {
    const merchant = await t.seed.merchant();
    const ada = await merchant.customer({ card: 'visa_insufficient_funds' });
    await ada.subscription({ interval: 'YEAR' });
    await t.drain();
    await t.billing.database.dunningPolicy.create({
      data: { merchantId: merchant.id, version: 2, retryDays: [1], hardDeclineCodes: [] },
    });
    await t.travel({ days: 3 });
    expect(await ada.openInvoices()).toMatchObject([
      { nextAttemptAt: new Date(t.clock.now().getTime() + 5 * dayMs) },
    ]);
    const bob = await merchant.customer({ card: 'visa_insufficient_funds' });
    await bob.subscription({ interval: 'YEAR' });
    await t.drain();
    expect(await bob.openInvoices()).toMatchObject([
      { nextAttemptAt: new Date(t.clock.now().getTime() + dayMs) },
    ]);
  });

  it('finds a retry once, however often the sweep looks', async () => {
    const merchant = await t.seed.merchant();
    const ada = await merchant.customer({ card: 'visa_insufficient_funds' });
    await ada.subscription({ interval: 'YEAR' });
    await t.drain();
    t.clock.advance({ days: 3 });
    const { retryDueInvoices } = await import('@4geeks/billing/invoice/retry-due-invoices');
    await Promise.all(Array.from({ length: 4 }, () => retryDueInvoices(t.billing)));
    await t.drain();
    expect(await ada.payments()).toHaveLength(2);
  });
});

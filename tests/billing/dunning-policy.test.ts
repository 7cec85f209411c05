import { updateDunningPolicy } from '@4geeks/billing/dunning-policy/update-dunning-policy';
import { retryDueInvoices } from '@4geeks/billing/invoice/retry-due-invoices';
import { requestInvoiceCollection } from '@4geeks/billing/invoice/request-invoice-collection';
import { cancelSubscription } from '@4geeks/billing/subscription/cancel-subscription';
import { undoSubscriptionCancellation } from '@4geeks/billing/subscription/undo-subscription-cancellation';
import { describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';

const t = await testBilling();
const dayMs = 86_400_000;
const daysFromNow = (days: number) => new Date(t.clock.now().getTime() + days * dayMs);

/** A yearly subscription whose first invoice has just been declined under `policy`. */
async function failing(
  policy: Parameters<typeof updateDunningPolicy>[2],
  card: 'visa_insufficient_funds' | 'visa_processing_error' = 'visa_insufficient_funds',
) {
  const merchant = await t.seed.merchant();
  await updateDunningPolicy(t.billing, merchant.system, policy);
  const ada = await merchant.customer({ card });
  const subscription = await ada.subscription({ interval: 'YEAR' });
  await t.drain();
  return { merchant, ada, subscription };
}

describe('updating the dunning policy', () => {
  it('writes a version of its own and an event; what is left out stays', async () => {
    const merchant = await t.seed.merchant({ finalAction: 'MARK_UNPAID' });
    const owner = await merchant.staff('OWNER');
    const second = await updateDunningPolicy(t.billing, owner, { retryDays: [1], graceDays: 2 });
    expect(second).toMatchObject({
      version: 2,
      retryDays: [1],
      graceDays: 2,
      finalAction: 'MARK_UNPAID',
      createdAt: t.clock.now(),
    });
    const versions = await t.billing.database.dunningPolicy.findMany({
      where: { merchantId: merchant.id },
      orderBy: { version: 'asc' },
    });
    expect(versions).toMatchObject([{ version: 1, retryDays: [3, 5, 7] }, { version: 2 }]);
    const events = await t.billing.database.event.findMany({
      where: { merchantId: merchant.id, type: 'dunning_policy.updated' },
    });
    expect(events).toMatchObject([{ objectId: second.id, actorKind: 'STAFF' }]);
  });

  it('makes no version when nothing changes, and two when two change it at once', async () => {
    const merchant = await t.seed.merchant();
    const owner = await merchant.staff('OWNER');
    expect(await updateDunningPolicy(t.billing, owner, {})).toMatchObject({ version: 1 });
    await Promise.all([
      updateDunningPolicy(t.billing, owner, { graceDays: 4 }),
      updateDunningPolicy(t.billing, owner, { attemptCap: 9 }),
    ]);
    const [newest] = await t.billing.database.dunningPolicy.findMany({
      where: { merchantId: merchant.id },
      orderBy: { version: 'desc' },
    });
    expect(newest).toMatchObject({ version: 3, graceDays: 4, attemptCap: 9 });
  });

  it('is refused with the field and the rule, and to those who may not', async () => {
    const merchant = await t.seed.merchant();
    const owner = await merchant.staff('OWNER');
    await expect(
      updateDunningPolicy(t.billing, owner, { retryDays: [3, 31] }),
    ).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      facts: { field: 'retryDays', reason: 'RETRY_DAYS_OUT_OF_RANGE' },
    });
    for (const role of ['SUPPORT', 'ANALYST'] as const) {
      await expect(
        updateDunningPolicy(t.billing, await merchant.staff(role), { graceDays: 1 }),
      ).rejects.toMatchObject({ code: 'FORBIDDEN', facts: { permission: 'merchant:write' } });
    }
    const ada = await merchant.customer();
    await expect(
      updateDunningPolicy(t.billing, await ada.viewer(), { graceDays: 1 }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(
      await t.billing.database.dunningPolicy.count({ where: { merchantId: merchant.id } }),
    ).toBe(1);
  });

  it('leaves invoices that have failed before on their own version', async () => {
    const { merchant, ada } = await failing({ retryDays: [2, 2] });
    await updateDunningPolicy(t.billing, merchant.system, { retryDays: [] });
    await t.travel({ days: 2 });
    expect(await ada.openInvoices()).toMatchObject([{ nextAttemptAt: daysFromNow(2) }]);
  });
});

describe('grace', () => {
  it('puts the final action off until so many days after the last retry', async () => {
    const { ada } = await failing({
      retryDays: [1],
      graceDays: 10,
      finalAction: 'CANCEL_SUBSCRIPTION',
    });
    await t.travel({ days: 1 });
    const endsAt = daysFromNow(10);
    expect(await ada.payments()).toHaveLength(2);
    expect(
      await t.billing.database.dunningCase.findMany({ where: { customerId: ada.id } }),
    ).toMatchObject([{ lostAt: endsAt }]);
    await t.travel({ days: 9 });
    expect(await ada.subscriptions()).toMatchObject([{ status: 'PAST_DUE' }]);
    await t.travel({ days: 1 });
    expect(await ada.subscriptions()).toMatchObject([{ status: 'CANCELED', endedAt: endsAt }]);
    expect(await ada.payments()).toHaveLength(2);
    expect(await ada.openInvoices()).toMatchObject([{ nextAttemptAt: null }]);
    const mails = (await ada.mails()).filter(({ tag }) => tag === 'payment-failed');
    // The second tells of no attempt to come.
    expect(mails).toHaveLength(2);
  });

  it('is ended by a payment, and not moved by cards that decline', async () => {
    const { ada } = await failing({ retryDays: [], graceDays: 10, finalAction: 'MARK_UNPAID' });
    const endsAt = daysFromNow(10);
    await t.travel({ days: 4 });
    await ada.enterCard('visa_declines_on_charge');
    await t.drain();
    expect(await ada.openInvoices()).toMatchObject([{ nextAttemptAt: endsAt }]);
    await ada.enterCard('visa_highest_risk');
    await t.drain();
    expect(await ada.openInvoices()).toMatchObject([{ nextAttemptAt: endsAt }]);
    await ada.enterCard('visa');
    await t.drain();
    await t.travel({ days: 10 });
    expect(await ada.subscriptions()).toMatchObject([{ status: 'ACTIVE' }]);
  });

  it('takes the final action once, however many look', async () => {
    const { ada } = await failing({ retryDays: [], graceDays: 1, finalAction: 'MARK_UNPAID' });
    t.clock.advance({ days: 1 });
    await Promise.all(Array.from({ length: 4 }, () => retryDueInvoices(t.billing)));
    expect(await ada.subscriptions()).toMatchObject([{ status: 'UNPAID', nextRenewalAt: null }]);
    expect((await ada.events()).filter((type) => type === 'subscription.unpaid')).toHaveLength(1);
  });

  it('is stopped by cancelling; undoing takes it up again', async () => {
    const { merchant, ada, subscription } = await failing({
      retryDays: [],
      graceDays: 5,
      finalAction: 'MARK_UNPAID',
    });
    const endsAt = daysFromNow(5);
    const staff = await merchant.staff();
    await cancelSubscription(t.billing, staff, { subscriptionId: subscription.id });
    await t.travel({ days: 2 });
    expect(await ada.openInvoices()).toMatchObject([{ nextAttemptAt: null }]);
    await undoSubscriptionCancellation(t.billing, staff, { subscriptionId: subscription.id });
    expect(await ada.openInvoices()).toMatchObject([{ nextAttemptAt: endsAt }]);
    await t.travel({ days: 3 });
    expect(await ada.subscriptions()).toMatchObject([{ status: 'UNPAID' }]);
  });
});

describe('the cap on attempts', () => {
  it('puts a retry off until 30 days hold no more than it allows', async () => {
    const { ada } = await failing({ retryDays: [3, 3], attemptCap: 2 });
    const begun = t.clock.now().getTime();
    await t.travel({ days: 3 });
    expect(await ada.payments()).toHaveLength(2);
    expect(await ada.openInvoices()).toMatchObject([
      { nextAttemptAt: new Date(begun + 30 * dayMs) },
    ]);
    await t.travel({ days: 26 });
    expect(await ada.payments()).toHaveLength(2);
    await t.travel({ days: 1 });
    expect(await ada.payments()).toHaveLength(3);
  });

  it('counts what somebody asked for after the retry was planned', async () => {
    const { merchant, ada } = await failing({ retryDays: [3], attemptCap: 2 });
    const begun = t.clock.now().getTime();
    const [invoice] = await ada.openInvoices();
    await t.travel({ days: 1 });
    await requestInvoiceCollection(t.billing, await merchant.staff(), { invoiceId: invoice!.id });
    await t.drain();
    await t.travel({ days: 2 });
    expect(await ada.payments()).toHaveLength(2);
    expect(await ada.openInvoices()).toMatchObject([
      { nextAttemptAt: new Date(begun + 30 * dayMs), dunningRetries: 0 },
    ]);
  });
});

describe('gateway faults', () => {
  it('are tried again in minutes five times without counting, then count', async () => {
    const { ada } = await failing({ retryDays: [1] }, 'visa_processing_error');
    for (let fault = 1; fault <= 5; fault += 1) {
      expect(await ada.openInvoices()).toMatchObject([
        { dunningRetries: 0, nextAttemptAt: new Date(t.clock.now().getTime() + 600_000) },
      ]);
      await t.travel({ minutes: 10 });
    }
    // The sixth was a retry made for the fault before; it used up the schedule's only one.
    expect(await ada.payments()).toHaveLength(6);
    expect(await ada.openInvoices()).toMatchObject([{ dunningRetries: 1, nextAttemptAt: null }]);
  });
});

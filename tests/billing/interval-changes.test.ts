/** Changing to prices of another interval at once: a new period begins, the arithmetic written out. */
import { createCoupon } from '@4geeks/billing/coupon/create-coupon';
import { applyCoupon } from '@4geeks/billing/discount/apply-coupon';
import { refundPayment } from '@4geeks/billing/refund/refund-payment';
import { cancelSubscription } from '@4geeks/billing/subscription/cancel-subscription';
import { changeSubscription } from '@4geeks/billing/subscription/change-subscription';
import { createSubscription } from '@4geeks/billing/subscription/create-subscription';
import { pauseSubscription } from '@4geeks/billing/subscription/pause-subscription';
import { previewSubscriptionChange } from '@4geeks/billing/subscription/preview-subscription-change';
import { resumeSubscription } from '@4geeks/billing/subscription/resume-subscription';
import { createTaxRate } from '@4geeks/billing/tax/create-tax-rate';
import { setDefaultTaxRate } from '@4geeks/billing/tax/set-default-tax-rate';
import { afterEach, describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import { at, intervalStories } from '../testkit/intervals.ts';

const t = await testBilling({ start: '2027-04-01T00:00:00Z' });
const { database } = t.billing;
const merchant = await t.seed.merchant();
const { system } = merchant;
const { priceOf, subscribed, endAll } = await intervalStories(t, merchant);
const monthly = await priceOf(4900n);
const yearly = await priceOf(49_000n, { interval: 'YEAR' });

afterEach(endAll);

describe('from a month to a year', () => {
  it('gives the rest of the month back, and bills a year that begins now', async () => {
    const story = await subscribed(monthly, { start: '2027-04-01T00:00:00Z' });
    const { ada, preview, change, read, balance, charged, billed } = story;
    t.clock.set('2027-04-16T00:00:00Z');

    // 15 of April's 30 days are left: 49.00 * 15/30 = 24.50 back. 490.00 - 24.50 = 465.50 to pay.
    const shown = await preview(yearly);
    expect(shown).toMatchObject({
      effectiveAt: at('2027-04-16'),
      lines: [
        { amountMinor: -2450n, periodStart: at('2027-04-16'), periodEnd: at('2027-05-01') },
        {
          amountMinor: 49_000n,
          proration: false,
          periodStart: at('2027-04-16'),
          periodEnd: at('2028-04-16'),
        },
      ],
      netMinor: 46_550n,
      creditedMinor: 2450n,
      balanceAppliedMinor: 2450n,
      dueMinor: 46_550n,
      periodAmountMinor: 49_000n,
      nextPeriodStart: at('2028-04-16'),
      nextPeriodTotalMinor: 49_000n,
    });
    expect(await read()).toMatchObject({ interval: 'MONTH', billingAnchor: at('2027-04-01') });

    await change(yearly);
    expect(await read()).toMatchObject({
      interval: 'YEAR',
      intervalCount: 1,
      billingAnchor: at('2027-04-16'),
      periodIndex: 0,
      currentPeriodStart: at('2027-04-16'),
      currentPeriodEnd: at('2028-04-16'),
      nextRenewalAt: at('2028-04-16'),
    });
    const [first, second] = await ada.invoices();
    expect(first).toMatchObject({ balanceCreditedMinor: 2450n });
    expect(second).toMatchObject({
      status: 'PAID',
      totalMinor: 49_000n,
      balanceAppliedMinor: shown.balanceAppliedMinor,
      amountPaidMinor: shown.dueMinor,
    });
    expect(await charged()).toEqual([4900n, 46_550n]);
    expect(await balance()).toBe(0n);
    const changed = await database.event.findFirstOrThrow({
      where: { customerId: ada.id, type: 'subscription.changed' },
    });
    expect(changed.data).toMatchObject({
      when: 'NOW',
      netMinor: '46550',
      periodStart: '2027-04-16T00:00:00.000Z',
      periodEnd: '2028-04-16T00:00:00.000Z',
    });

    // No month is billed any more; the year is, when it is over.
    t.clock.set('2028-04-15T23:59:59Z');
    await t.sweep();
    expect(await ada.invoices()).toHaveLength(2);
    t.clock.set('2028-04-16T00:00:00Z');
    await t.sweep();
    expect(await billed()).toEqual([
      ['2027-04-01', '2027-05-01', 4900n],
      ['2027-04-16', '2028-04-16', 49_000n],
      ['2028-04-16', '2029-04-16', 49_000n],
    ]);
  });

  it('takes what the balance holds besides', async () => {
    const { preview, change, balance, charged } = await subscribed(await priceOf(9900n), {
      start: '2029-04-01T00:00:00Z',
    });
    // To something cheaper at once: 99.00 - 49.00 = 50.00 of balance, all of the period being left.
    await change(monthly);
    t.clock.set('2029-04-16T00:00:00Z');
    // Half of 49.00 comes to it: 74.50. 490.00 - 74.50 = 415.50 to pay.
    expect(await preview(yearly)).toMatchObject({
      creditedMinor: 2450n,
      balanceAppliedMinor: 7450n,
      dueMinor: 41_550n,
      netMinor: 46_550n,
    });
    await change(yearly);
    expect(await charged()).toEqual([9900n, 41_550n]);
    expect(await balance()).toBe(0n);
  });

  it('from nothing to something has nothing to give back', async () => {
    const free = await priceOf(0n);
    const { preview, change, charged } = await subscribed(free);
    t.clock.advance({ days: 10 });
    expect(await preview(yearly)).toMatchObject({ creditedMinor: 0n, dueMinor: 49_000n });
    await change(yearly);
    expect(await charged()).toEqual([49_000n]);
  });

  it('that is declined makes the subscription past due, until a new card pays', async () => {
    const { ada, change, read } = await subscribed(monthly, {
      card: 'expiring',
      start: '2029-06-15T00:00:00Z',
    });
    t.clock.set('2029-07-05T00:00:00Z');
    await change(yearly);
    expect(await read()).toMatchObject({ status: 'PAST_DUE', interval: 'YEAR' });
    await ada.enterCard('visa');
    await t.drain();
    expect(await ada.openInvoices()).toEqual([]);
    expect(await read()).toMatchObject({
      status: 'ACTIVE',
      nextRenewalAt: at('2030-07-05'),
    });
  });

  it('in a trial costs nothing until the trial ends, and bills a year then', async () => {
    const trial = await priceOf(4900n, { trialDays: 10 });
    const { ada, preview, change, read, billed } = await subscribed(trial, {
      start: '2030-04-01T00:00:00Z',
    });
    t.clock.set('2030-04-05T00:00:00Z');
    expect(await preview(yearly)).toMatchObject({
      lines: [],
      creditedMinor: 0n,
      dueMinor: 0n,
      periodAmountMinor: 49_000n,
      nextPeriodStart: at('2030-04-11'),
      nextPeriodTotalMinor: 49_000n,
    });
    await change(yearly);
    expect(await ada.invoices()).toEqual([]);
    expect(await read()).toMatchObject({
      status: 'TRIALING',
      interval: 'YEAR',
      trialEnd: at('2030-04-11'),
      nextRenewalAt: at('2030-04-11'),
    });
    t.clock.set('2030-04-11T00:00:00Z');
    await t.sweep();
    expect(await billed()).toEqual([['2030-04-11', '2031-04-11', 49_000n]]);
    expect(await read()).toMatchObject({ status: 'ACTIVE', nextRenewalAt: at('2031-04-11') });
  });
});

describe('from a year to a shorter period', () => {
  it('pays with what is left of the year, as long as it lasts', async () => {
    // 366.00 for the 366 days from April 2031 to April 2032: 1.00 a day.
    const dear = await priceOf(36_600n, { interval: 'YEAR' });
    const weekly = await priceOf(300n, { interval: 'WEEK' });
    const { preview, change, balance, charged, billed } = await subscribed(dear, {
      start: '2031-04-01T00:00:00Z',
    });
    t.clock.set('2032-03-25T00:00:00Z');
    // 7 days are left: 7.00 back. The week costs 3.00, 4.00 stay.
    expect(await preview(weekly)).toMatchObject({
      creditedMinor: 700n,
      balanceAppliedMinor: 300n,
      dueMinor: 0n,
      netMinor: -400n,
    });
    await change(weekly);
    expect(await balance()).toBe(400n);
    // The second week takes 3.00 of it, the third the last one and 2.00 of the card.
    for (const day of ['2032-04-01', '2032-04-08']) {
      t.clock.set(`${day}T00:00:00Z`);
      await t.sweep();
    }
    expect(await balance()).toBe(0n);
    expect(await charged()).toEqual([36_600n, 200n]);
    expect((await billed()).slice(1)).toEqual([
      ['2032-03-25', '2032-04-01', 300n],
      ['2032-04-01', '2032-04-08', 300n],
      ['2032-04-08', '2032-04-15', 300n],
    ]);
  });

  it('on the last day of January goes by the ends of months', async () => {
    const { change, billed } = await subscribed(yearly, { start: '2033-01-01T00:00:00Z' });
    t.clock.set('2033-01-31T00:00:00Z');
    await change(monthly);
    t.clock.set('2033-04-30T00:00:00Z');
    await t.sweep();
    expect((await billed()).slice(1)).toEqual([
      ['2033-01-31', '2033-02-28', 4900n],
      ['2033-02-28', '2033-03-31', 4900n],
      ['2033-03-31', '2033-04-30', 4900n],
      ['2033-04-30', '2033-05-31', 4900n],
    ]);
  });
});

describe('discounts and tax', () => {
  it('are given back as they were billed, and taken and levied anew', async () => {
    const vat = await createTaxRate(t.billing, system, {
      name: 'VAT',
      ratePpm: 200_000,
      inclusive: false,
    });
    await setDefaultTaxRate(t.billing, system, { taxRateId: vat.id });
    const { code: couponCode } = await createCoupon(t.billing, system, {
      code: 'tenth',
      percentOffBps: 1000,
      duration: 'FOREVER',
    });
    const month = await priceOf(10_000n);
    const year = await priceOf(100_000n, { interval: 'YEAR' });
    const { ada, subscriptionId, preview, change, charged } = await subscribed(month, {
      couponCode,
      start: '2034-04-01T00:00:00Z',
    });
    // 100.00 - 10.00 = 90.00, and 18.00 of VAT.
    expect(await charged()).toEqual([10_800n]);
    t.clock.set('2034-04-16T00:00:00Z');
    // Half of it back: 50.00 - 5.00 = 45.00, and 9.00 of VAT: 54.00.
    // The year: 1000.00 - 100.00 = 900.00, and 180.00 of VAT: 1080.00. To pay: 1026.00.
    const expected = {
      totals: { subtotalMinor: 95_000n, discountMinor: 9500n, taxMinor: 17_100n },
      creditedMinor: 5400n,
      creditedTaxMinor: 900n,
      dueMinor: 102_600n,
      nextPeriodTotalMinor: 108_000n,
    };
    expect(await preview(year)).toMatchObject(expected);

    // One for a single invoice, on what the other leaves: 900.00 - 90.00 = 810.00, and 162.00 of VAT.
    // It is used up by this year; the next one costs 1080.00 again.
    const { code } = await createCoupon(t.billing, system, {
      code: 'once',
      percentOffBps: 1000,
      duration: 'ONCE',
    });
    await applyCoupon(t.billing, system, { subscriptionId, code });
    const shown = await preview(year);
    expect(shown).toMatchObject({ dueMinor: 97_200n - 5400n, nextPeriodTotalMinor: 108_000n });
    await change(year);
    await setDefaultTaxRate(t.billing, system, { taxRateId: null });
    expect((await ada.invoices())[1]).toMatchObject({
      subtotalMinor: 100_000n,
      discountMinor: 19_000n,
      taxMinor: 16_200n,
      totalMinor: 97_200n,
      balanceAppliedMinor: 5400n,
    });
    expect(await charged()).toEqual([10_800n, shown.dueMinor]);
    expect(
      await database.balanceEntry.findMany({
        where: { customerId: ada.id, reason: 'PRORATION' },
      }),
    ).toMatchObject([{ amountMinor: 5400n, taxMinor: 900n }]);
  });
});

describe('in the very instant that a period began', () => {
  it('bills another one all the same, as often as it is changed', async () => {
    const business = await priceOf(9900n);
    const { ada, subscriptionId, change, read, balance, charged } = await subscribed(monthly, {
      start: '2035-04-01T00:00:00Z',
    });
    // All of it is left: 490.00 - 49.00 = 441.00.
    await change(yearly);
    // And again: 490.00 back, 99.00 of it for the month, 391.00 stay.
    await change(business);
    expect(await charged()).toEqual([4900n, 44_100n]);
    expect(await balance()).toBe(39_100n);
    expect(await ada.invoices()).toHaveLength(3);
    // Nothing ends a millisecond late.
    expect(await read()).toMatchObject({ nextRenewalAt: at('2035-05-01') });
    // A pause ended in the instant it began goes on with what is billed.
    await pauseSubscription(t.billing, system, { subscriptionId });
    await resumeSubscription(t.billing, system, { subscriptionId });
    expect(await ada.invoices()).toHaveLength(3);
    t.clock.set('2035-05-01T00:00:00Z');
    await t.sweep();
    expect(await balance()).toBe(29_200n);
  });

  it('gives nothing back that was refunded', async () => {
    const { ada, change } = await subscribed(monthly);
    await change(yearly);
    const { id: paymentId } = (await ada.payments())[1]!;
    await refundPayment(t.billing, system, { paymentId, amountMinor: 100n });
    await t.drain();
    await expect(change(monthly)).rejects.toMatchObject({ code: 'PERIOD_NOT_PAID' });
  });
});

describe('it is refused, and changes nothing', () => {
  it('where the period is not paid, however much the other one costs', async () => {
    const ada = await merchant.customer();
    const { id: subscriptionId } = await createSubscription(t.billing, system, {
      customerId: ada.id,
      items: [{ priceId: monthly }],
    });
    // Not collected yet.
    const upgrade = { subscriptionId, items: [{ priceId: yearly }], when: 'NOW' } as const;
    for (const ask of [changeSubscription, previewSubscriptionChange]) {
      await expect(ask(t.billing, system, upgrade)).rejects.toMatchObject({
        code: 'PERIOD_NOT_PAID',
      });
    }
    expect(await ada.subscriptions()).toMatchObject([{ interval: 'MONTH' }]);
    await t.drain();
    await changeSubscription(t.billing, system, upgrade);
    expect(await ada.subscriptions()).toMatchObject([{ interval: 'YEAR' }]);
  });

  it('where some of it was refunded', async () => {
    const { ada, change, read } = await subscribed(monthly);
    const { id: paymentId } = (await ada.payments())[0]!;
    await refundPayment(t.billing, system, { paymentId, amountMinor: 100n });
    await t.drain();
    await expect(change(yearly)).rejects.toMatchObject({ code: 'PERIOD_NOT_PAID' });
    expect(await read()).toMatchObject({ interval: 'MONTH' });
  });

  it('where it ends with its period: that was asked for first', async () => {
    const { subscriptionId, change, read } = await subscribed(monthly);
    await cancelSubscription(t.billing, system, { subscriptionId });
    await expect(change(yearly)).rejects.toMatchObject({ code: 'ALREADY_CANCELING' });
    expect(await read()).toMatchObject({ interval: 'MONTH' });
  });
});

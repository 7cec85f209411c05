/** A customer in the portal changes from a month to a year, or back, at the figures they were shown. */
import type { BillingError } from '@4geeks/billing/errors';
import { changePlan } from '@4geeks/billing/plan-offer/change-plan';
import { previewPlanChange } from '@4geeks/billing/plan-offer/preview-plan-change';
import { readPlanOffer } from '@4geeks/billing/plan-offer/read-plan-offer';
import { changeSubscription } from '@4geeks/billing/subscription/change-subscription';
import { afterEach, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import { intervalStories } from '../testkit/intervals.ts';
import type { CustomerOptions } from '../testkit/seed.ts';
import { enterWithOffer } from '../testkit/plan-offer.ts';

const t = await testBilling({ start: '2027-04-01T00:00:00Z' });
const { billing } = t;
const merchant = await t.seed.merchant();
const { priceOf, subscribed, endAll } = await intervalStories(t, merchant);
const weekly = await priceOf(6000n, { interval: 'WEEK' });
const monthly = await priceOf(4900n);
const twelveMonths = await priceOf(50_000n, { intervalCount: 12 });
const yearly = await priceOf(49_000n, { interval: 'YEAR' });
const bargain = await priceOf(4000n, { interval: 'YEAR' });
const offeredPriceIds = [weekly, monthly, twelveMonths, yearly, bargain];

async function offered(
  priceId: string,
  start: string,
  sent = start,
  options: CustomerOptions = {},
) {
  const story = await subscribed(priceId, { start, ...options });
  t.clock.set(sent);
  const { ada, subscriptionId } = story;
  const session = await enterWithOffer(billing, merchant, {
    customerId: ada.id,
    subscriptionId,
    offeredPriceIds,
  });
  const viewer = (await session.viewer())!;
  return {
    ...story,
    viewer,
    previewPlan: (to: string) => previewPlanChange(billing, viewer, { priceId: to }),
    choose: (to: string, quote: string) => changePlan(billing, viewer, { priceId: to, quote }),
  };
}

const codeOf = (attempt: Promise<unknown>) =>
  attempt.then(
    () => 'done',
    (error: BillingError) => error.code,
  );

afterEach(endAll);

it('a longer plan that costs more begins now, anything else with the next period', async () => {
  const begins = async (priceId: string, start: string) => {
    const { viewer } = await offered(priceId, start);
    return (await readPlanOffer(billing, viewer))!.plans.map(({ when }) => when);
  };
  // A week costs more than the month, but is shorter; a year may be cheaper.
  expect(await begins(monthly, '2027-04-01T00:00:00Z')).toEqual([
    'PERIOD_END',
    null,
    'NOW',
    'NOW',
    'PERIOD_END',
  ]);
  // Twelve months are a year: what costs more is the dearer plan.
  expect(await begins(yearly, '2027-04-01T00:00:00Z')).toEqual([
    'PERIOD_END',
    'PERIOD_END',
    'NOW',
    null,
    'PERIOD_END',
  ]);
});

it('a year is charged at once, less the rest of the month, as it was shown', async () => {
  const { ada, subscriptionId, previewPlan, choose, read, charged } = await offered(
    monthly,
    '2027-05-01T00:00:00Z',
    '2027-05-16T12:00:00Z',
  );
  const shown = await previewPlan(yearly);
  // Half of May is left: 24.50 back. 490.00 - 24.50 = 465.50.
  expect(shown).toMatchObject({
    when: 'NOW',
    paymentMethod: { brand: 'visa' },
    change: {
      creditedMinor: 2450n,
      balanceAppliedMinor: 2450n,
      dueMinor: 46_550n,
      nextPeriodStart: new Date('2028-05-16T12:00:00Z'),
      nextPeriodTotalMinor: 49_000n,
    },
  });
  // The customer looks for ten minutes: the year began when they were shown it.
  t.clock.advance({ minutes: 10 });
  const { invoice } = await choose(yearly, shown.quote);
  await t.drain();
  expect(await charged()).toEqual([4900n, 46_550n]);
  expect(await read()).toMatchObject({
    interval: 'YEAR',
    nextRenewalAt: new Date('2028-05-16T12:00:00Z'),
  });
  const payment = await billing.database.payment.findFirstOrThrow({
    where: { invoiceId: invoice!.id },
  });
  expect(payment.trigger).toBe('CUSTOMER');
  expect(await codeOf(choose(yearly, shown.quote))).toBe('NOTHING_CHANGES');
  expect(await ada.invoices()).toHaveLength(2);
  expect((await ada.subscriptions())[0]!.id).toBe(subscriptionId);
});

it('a month instead of the year begins when the year is over', async () => {
  const { previewPlan, choose, charged, billed } = await offered(yearly, '2028-06-01T00:00:00Z');
  const shown = await previewPlan(monthly);
  expect(shown).toMatchObject({
    when: 'PERIOD_END',
    change: {
      lines: [],
      dueMinor: 0n,
      effectiveAt: new Date('2029-06-01T00:00:00Z'),
      nextPeriodTotalMinor: 4900n,
    },
  });
  expect(await choose(monthly, shown.quote)).toMatchObject({ when: 'PERIOD_END', invoice: null });
  expect(await charged()).toEqual([49_000n]);
  t.clock.set('2029-06-01T00:00:00Z');
  await t.sweep();
  expect((await billed())[1]).toEqual(['2029-06-01', '2029-07-01', 4900n]);
});

it('figures that are others by now are to be seen before they are confirmed', async () => {
  const { ada, subscriptionId, previewPlan, choose, read } = await offered(
    monthly,
    '2029-07-01T00:00:00Z',
    '2029-07-10T00:00:00Z',
  );
  const outdated = async (alter: () => Promise<unknown> | unknown) => {
    const { quote } = await previewPlan(yearly);
    await alter();
    expect(await codeOf(choose(yearly, quote))).toBe('QUOTE_OUTDATED');
  };
  await outdated(() => t.clock.advance({ minutes: 16 }));
  await outdated(() => ada.enterCard('mastercard'));
  await outdated(() =>
    billing.database.balanceEntry.create({
      data: {
        merchantId: merchant.id,
        customerId: ada.id,
        currency: 'EUR',
        amountMinor: 500n,
        reason: 'INVOICE_CANCELED',
      },
    }),
  );
  await outdated(() =>
    changeSubscription(billing, merchant.system, {
      subscriptionId,
      items: [{ priceId: weekly }],
      when: 'PERIOD_END',
    }),
  );
  expect(await read()).toMatchObject({ interval: 'MONTH' });
  const { quote } = await previewPlan(yearly);
  expect(await codeOf(choose(yearly, quote))).toBe('done');
});

it('waits until the month is paid, which it would give back', async () => {
  // A debit takes its bank some days.
  const start = '2030-07-01T00:00:00Z';
  const { previewPlan } = await offered(monthly, start, start, { account: 'sepa' });
  expect(await codeOf(previewPlan(yearly))).toBe('PERIOD_NOT_PAID');
  expect(await codeOf(previewPlan(bargain))).toBe('done');
});

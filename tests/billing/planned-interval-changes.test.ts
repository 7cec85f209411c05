/** Prices of another interval, planned for the end of the period. */
import { pauseSubscription } from '@4geeks/billing/subscription/pause-subscription';
import { renewSubscription } from '@4geeks/billing/subscription/renew-subscription';
import { resumeSubscription } from '@4geeks/billing/subscription/resume-subscription';
import { undoSubscriptionChange } from '@4geeks/billing/subscription/undo-subscription-change';
import { afterEach, describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import { at, intervalStories } from '../testkit/intervals.ts';

const t = await testBilling({ start: '2027-04-01T00:00:00Z' });
const { database } = t.billing;
const merchant = await t.seed.merchant();
const { system } = merchant;
const { priceOf, subscribed, endAll } = await intervalStories(t, merchant);
const monthly = await priceOf(4900n);
const quarterly = await priceOf(13_900n, { intervalCount: 3 });
const yearly = await priceOf(49_000n, { interval: 'YEAR' });

afterEach(endAll);

async function renewOn(...days: string[]): Promise<void> {
  for (const day of days) {
    t.clock.set(`${day}T00:00:00Z`);
    await t.sweep();
  }
}

it('from a year to months: what is paid for is used, then each month is billed', async () => {
  const { ada, preview, change, read, charged, billed } = await subscribed(yearly, {
    start: '2027-04-01T00:00:00Z',
  });
  t.clock.set('2027-11-10T00:00:00Z');
  expect(await preview(monthly, 'PERIOD_END')).toMatchObject({
    effectiveAt: at('2028-04-01'),
    lines: [],
    creditedMinor: 0n,
    dueMinor: 0n,
    periodAmountMinor: 4900n,
    nextPeriodStart: at('2028-04-01'),
    nextPeriodTotalMinor: 4900n,
  });
  await change(monthly, 'PERIOD_END');
  expect(await read()).toMatchObject({ interval: 'YEAR', nextRenewalAt: at('2028-04-01') });
  expect(await charged()).toEqual([49_000n]);

  await renewOn('2028-04-01');
  expect(await read()).toMatchObject({
    interval: 'MONTH',
    intervalCount: 1,
    billingAnchor: at('2028-04-01'),
    periodIndex: 0,
    nextRenewalAt: at('2028-05-01'),
  });
  await renewOn('2028-05-01');
  expect(await billed()).toEqual([
    ['2027-04-01', '2028-04-01', 49_000n],
    ['2028-04-01', '2028-05-01', 4900n],
    ['2028-05-01', '2028-06-01', 4900n],
  ]);
  expect(await ada.events()).toEqual(
    expect.arrayContaining(['subscription.change_scheduled', 'subscription.changed']),
  );
});

it('is billed alike by a renewal alone, and among others', async () => {
  t.clock.set('2029-04-01T00:00:00Z');
  const stories = [
    await subscribed(monthly),
    await subscribed(monthly),
    await subscribed(monthly),
  ] as const;
  const [alone, among, unchanged] = stories;
  for (const { change } of [alone, among]) await change(yearly, 'PERIOD_END');
  t.clock.set('2029-05-01T00:00:00Z');
  const { subscriptionId } = alone;
  expect(await renewSubscription(t.billing, { merchantId: merchant.id, subscriptionId })).toBe(
    'renewed',
  );
  await t.drain();
  await t.sweep();
  const first = ['2029-04-01', '2029-05-01', 4900n];
  for (const { billed } of [alone, among]) {
    expect(await billed()).toEqual([first, ['2029-05-01', '2030-05-01', 49_000n]]);
  }
  expect(await unchanged.billed()).toEqual([first, ['2029-05-01', '2029-06-01', 4900n]]);
});

it('a renewal that comes late bills from where the old period ended', async () => {
  const { change, billed } = await subscribed(yearly, { start: '2030-06-01T00:00:00Z' });
  await change(monthly, 'PERIOD_END');
  // Two weeks into the second month.
  await renewOn('2031-07-15');
  expect((await billed()).slice(1)).toEqual([
    ['2031-06-01', '2031-07-01', 4900n],
    ['2031-07-01', '2031-08-01', 4900n],
  ]);
});

it('from the 31st keeps to the ends of months', async () => {
  const { change, billed } = await subscribed(monthly, { start: '2033-01-31T00:00:00Z' });
  await change(quarterly, 'PERIOD_END');
  await renewOn('2033-02-28', '2033-05-31');
  await change(monthly, 'PERIOD_END');
  await renewOn('2033-08-31', '2033-09-30');
  expect(await billed()).toEqual([
    ['2033-01-31', '2033-02-28', 4900n],
    ['2033-02-28', '2033-05-31', 13_900n],
    ['2033-05-31', '2033-08-31', 13_900n],
    ['2033-08-31', '2033-09-30', 4900n],
    ['2033-09-30', '2033-10-31', 4900n],
  ]);
});

it('in a trial begins with the first period that is billed', async () => {
  const trial = await priceOf(4900n, { trialDays: 10 });
  const { preview, change, read, billed } = await subscribed(trial, {
    start: '2034-04-01T00:00:00Z',
  });
  expect(await preview(yearly, 'PERIOD_END')).toMatchObject({
    effectiveAt: at('2034-04-11'),
    nextPeriodTotalMinor: 49_000n,
  });
  await change(yearly, 'PERIOD_END');
  expect(await read()).toMatchObject({ status: 'TRIALING', interval: 'MONTH' });
  await renewOn('2034-04-11');
  expect(await billed()).toEqual([['2034-04-11', '2035-04-11', 49_000n]]);
});

it('taken back, everything goes on as before', async () => {
  const { subscriptionId, change, billed } = await subscribed(monthly, {
    start: '2035-01-31T00:00:00Z',
  });
  await change(yearly, 'PERIOD_END');
  await undoSubscriptionChange(t.billing, system, { subscriptionId });
  await renewOn('2035-02-28', '2035-03-31');
  expect((await billed()).slice(1)).toEqual([
    ['2035-02-28', '2035-03-31', 4900n],
    ['2035-03-31', '2035-04-30', 4900n],
  ]);
});

describe('a pause', () => {
  it('ends with a period of the planned interval, counted from that moment', async () => {
    const { subscriptionId, change, read, billed } = await subscribed(monthly, {
      start: '2036-04-01T00:00:00Z',
    });
    await change(yearly, 'PERIOD_END');
    await pauseSubscription(t.billing, system, { subscriptionId });
    await renewOn('2036-06-20');
    expect(await billed()).toHaveLength(1);
    await resumeSubscription(t.billing, system, { subscriptionId });
    await t.drain();
    expect(await read()).toMatchObject({
      status: 'ACTIVE',
      interval: 'YEAR',
      billingAnchor: at('2036-06-20'),
      periodIndex: 0,
      nextRenewalAt: at('2037-06-20'),
    });
    expect((await billed())[1]).toEqual(['2036-06-20', '2037-06-20', 49_000n]);
    await renewOn('2037-06-20');
    expect((await billed())[2]).toEqual(['2037-06-20', '2038-06-20', 49_000n]);
  });

  it('that ends by itself does so too, however late the sweep is', async () => {
    const { subscriptionId, change, billed } = await subscribed(yearly, {
      start: '2039-04-01T00:00:00Z',
    });
    await change(monthly, 'PERIOD_END');
    const resumesAt = at('2039-05-31');
    await pauseSubscription(t.billing, system, { subscriptionId, resumesAt });
    await renewOn('2039-06-10', '2039-06-30');
    expect((await billed()).slice(1)).toEqual([
      ['2039-05-31', '2039-06-30', 4900n],
      ['2039-06-30', '2039-07-31', 4900n],
    ]);
  });
});

it('what went by unpaid is not billed, by the planned interval either', async () => {
  t.clock.set('2040-01-01T00:00:00Z');
  const strict = await t.seed.merchant({ finalAction: 'MARK_UNPAID' });
  const stories = await intervalStories(t, strict);
  const year = await stories.priceOf(49_000n, { interval: 'YEAR' });
  const month = await stories.priceOf(4900n);
  const { ada, change, read, billed } = await stories.subscribed(year, {
    card: 'visa_insufficient_funds',
  });
  await change(month, 'PERIOD_END');
  for (const days of [3, 5, 7]) await t.travel({ days });
  expect(await read()).toMatchObject({ status: 'UNPAID', interval: 'YEAR' });

  // The year is over on January 1. In the middle of March it is paid: January and February have gone
  // by, March runs.
  t.clock.set('2041-03-15T00:00:00Z');
  await t.sweep();
  await ada.enterCard('visa');
  await t.drain();
  await t.sweep();
  expect(await billed()).toEqual([
    ['2040-01-01', '2041-01-01', 49_000n],
    ['2041-03-01', '2041-04-01', 4900n],
  ]);
  expect(await read()).toMatchObject({
    status: 'ACTIVE',
    interval: 'MONTH',
    nextRenewalAt: at('2041-04-01'),
  });
  expect(await database.subscriptionScheduledItem.count()).toBe(0);
});

/** Beginning a subscription: trials, anchors, what the first invoice bills. The arithmetic in comments. */
import { createPrice, type CreatePriceInput } from '@4geeks/billing/product/create-price';
import { createProduct } from '@4geeks/billing/product/create-product';
import { cancelSubscription } from '@4geeks/billing/subscription/cancel-subscription';
import { changeSubscription } from '@4geeks/billing/subscription/change-subscription';
import {
  createSubscription,
  type CreateSubscriptionInput,
} from '@4geeks/billing/subscription/create-subscription';
import { previewSubscription } from '@4geeks/billing/subscription/preview-subscription';
import { renewSubscription } from '@4geeks/billing/subscription/renew-subscription';
import type { StartOptions } from '@4geeks/billing/subscription/plan-subscription-start';
import type { Subscription } from '@4geeks/prisma';
import { afterEach, describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import type { SeededMerchant } from '../testkit/seed.ts';

const t = await testBilling({ start: '2026-01-10T00:00:00Z' });
const merchant = await t.seed.merchant();
const madrid = await t.seed.merchant({ timeZone: 'Europe/Madrid' });
const { database } = t.billing;

async function priceOf(
  unitAmountMinor: bigint,
  options: Partial<CreatePriceInput> = {},
  { system }: SeededMerchant = merchant,
): Promise<string> {
  const product = await createProduct(t.billing, system, { name: 'Team' });
  const { id } = await createPrice(t.billing, system, {
    productId: product.id,
    currency: 'EUR',
    unitAmountMinor,
    interval: 'MONTH',
    ...options,
  });
  return id;
}

// The clock only travels on: what is left would renew through every year of the next test.
afterEach(async () => {
  const left = await database.subscription.findMany({ where: { endedAt: null } });
  for (const { id: subscriptionId, merchantId } of left) {
    const system = { kind: 'system', merchantId } as const;
    await cancelSubscription(t.billing, system, { subscriptionId, when: 'NOW' });
  }
});

async function start(
  options: StartOptions,
  price: Partial<CreatePriceInput> & { unitAmountMinor?: bigint } = {},
  owner = merchant,
) {
  const ada = await owner.customer();
  const priceId = await priceOf(price.unitAmountMinor ?? 3000n, price, owner);
  const input: CreateSubscriptionInput = { ...options, customerId: ada.id, items: [{ priceId }] };
  const preview = await previewSubscription(t.billing, owner.system, input);
  const subscription = await createSubscription(t.billing, owner.system, input);
  await t.drain();
  return { ada, priceId, preview, subscription };
}

const day = (date: Date | null) => date?.toISOString().slice(0, 10);

/** The periods that were billed, as days, in order; renews until there are `count`. */
async function periodsOf({ id, merchantId }: Subscription, count: number): Promise<string[]> {
  const read = () =>
    database.invoice.findMany({
      where: { subscriptionId: id, periodStart: { not: null } },
      orderBy: { periodStart: 'asc' },
    });
  for (let invoices = await read(); invoices.length < count; invoices = await read()) {
    const { nextRenewalAt } = await database.subscription.findUniqueOrThrow({ where: { id } });
    t.clock.set(nextRenewalAt!);
    await renewSubscription(t.billing, { merchantId, subscriptionId: id });
  }
  await t.drain();
  const invoices = await read();
  for (const [index, { periodEnd }] of invoices.entries()) {
    const next = invoices[index + 1];
    if (next) expect(periodEnd).toEqual(next.periodStart);
  }
  return [
    ...invoices.map(({ periodStart }) => day(periodStart)!),
    day(invoices.at(-1)!.periodEnd)!,
  ];
}

const amountsOf = async ({ id }: Subscription) =>
  (await database.invoice.findMany({ where: { subscriptionId: id }, orderBy: { id: 'asc' } })).map(
    ({ totalMinor }) => totalMinor,
  );

describe('an anchor', () => {
  it('ahead prorates the time until it, to the second, as previewed', async () => {
    t.clock.set('2026-02-10T00:00:00Z');
    const { ada, preview, subscription } = await start({
      billingAnchor: new Date('2026-03-01T00:00:00Z'),
    });
    // [Feb 1, Mar 1) is 28 days, of which 19 are left: 30.00 * 19/28 = 20.357 -> 20.36.
    expect(preview).toMatchObject({
      status: 'ACTIVE',
      trialEnd: null,
      subtotalMinor: 2036n,
      balanceAppliedMinor: 0n,
      periodAmountMinor: 3000n,
      lines: [{ description: 'Team', amountMinor: 2036n, quantity: 1, proration: true }],
    });
    expect(subscription).toMatchObject({
      status: 'ACTIVE',
      currentPeriodStart: new Date('2026-02-10T00:00:00Z'),
      currentPeriodEnd: new Date('2026-03-01T00:00:00Z'),
      nextRenewalAt: new Date('2026-03-01T00:00:00Z'),
    });
    expect(await ada.charges()).toMatchObject([{ amountMinor: 2036n }]);
    expect(await periodsOf(subscription, 3)).toEqual([
      '2026-02-10',
      '2026-03-01',
      '2026-04-01',
      '2026-05-01',
    ]);
    expect(await amountsOf(subscription)).toEqual([2036n, 3000n, 3000n]);
    const [first, second] = await database.invoiceLine.findMany({
      where: { invoice: { subscriptionId: subscription.id } },
      orderBy: { id: 'asc' },
    });
    expect(first).toMatchObject({ proration: true, unitAmountMinor: 3000n });
    expect(second).toMatchObject({ proration: false, amountMinor: 3000n });
  });

  it('may be free until then: that is a trial', async () => {
    t.clock.set('2026-05-10T00:00:00Z');
    const { ada, preview, subscription } = await start({
      billingAnchor: new Date('2026-06-01T00:00:00Z'),
      untilAnchor: 'FREE',
    });
    expect(subscription).toMatchObject({
      status: 'TRIALING',
      trialEnd: new Date('2026-06-01T00:00:00Z'),
    });
    expect(preview).toMatchObject({ status: 'TRIALING', subtotalMinor: 3000n });
    expect(await ada.invoices()).toEqual([]);
    expect(await periodsOf(subscription, 2)).toEqual(['2026-06-01', '2026-07-01', '2026-08-01']);
    expect(await amountsOf(subscription)).toEqual([3000n, 3000n]);
  });

  it('in the past sets the rhythm; at this very moment nothing is prorated', async () => {
    t.clock.set('2026-09-10T00:00:00Z');
    const { subscription } = await start({ billingAnchor: new Date('2025-12-31T00:00:00Z') });
    // [Aug 31, Sep 30) is 30 days, of which 20 are left: 30.00 * 20/30.
    expect(await amountsOf(subscription)).toEqual([2000n]);
    expect(await periodsOf(subscription, 7)).toEqual([
      '2026-09-10',
      '2026-09-30',
      '2026-10-31',
      '2026-11-30',
      '2026-12-31',
      '2027-01-31',
      '2027-02-28',
      '2027-03-31',
    ]);
    const now = t.clock.now();
    const { subscription: whole } = await start({ billingAnchor: now, untilAnchor: 'FREE' });
    expect(whole).toMatchObject({ status: 'ACTIVE', trialEnd: null, billingAnchor: now });
    expect(await amountsOf(whole)).toEqual([3000n]);
  });

  it('on a day of the month keeps it for years, in the merchant’s calendar', async () => {
    t.clock.set('2027-04-10T08:00:00Z');
    const { subscription } = await start(
      { billingDay: 31, untilAnchor: 'FREE' },
      { unitAmountMinor: 0n },
      madrid,
    );
    const periods = await periodsOf(subscription, 37);
    expect(periods.slice(0, 3)).toEqual(['2027-04-30', '2027-05-31', '2027-06-30']);
    const februaries = periods.filter((date) => date.slice(5, 7) === '02');
    expect(februaries).toEqual(['2028-02-29', '2029-02-28', '2030-02-28']);
    const marches = periods.filter((date) => date.slice(5, 7) === '03');
    expect(marches).toEqual(['2028-03-31', '2029-03-31', '2030-03-31']);
    // 10:00 in Madrid, in winter (09:00 UTC) and in summer (08:00 UTC).
    const hours = await t.database.sql<{ hour: string }>(
      `select distinct to_char("periodStart" at time zone 'Europe/Madrid', 'HH24:MI') as hour
       from "Invoice" where "subscriptionId" = $1`,
      [subscription.id],
    );
    expect(hours).toEqual([{ hour: '10:00' }]);
  });

  it('on a day of a year keeps the leap day', async () => {
    t.clock.set('2030-06-10T00:00:00Z');
    const { subscription } = await start(
      { billingDay: 29, billingMonth: 2, untilAnchor: 'FREE' },
      { interval: 'YEAR' },
    );
    expect(await periodsOf(subscription, 3)).toEqual([
      '2031-02-28',
      '2032-02-29',
      '2033-02-28',
      '2034-02-28',
    ]);
  });

  it.each([
    ['DAY', 10, ['2034-06-10', '2034-06-20', '2034-06-30', '2034-07-10']],
    ['WEEK', 2, ['2034-08-10', '2034-08-24', '2034-09-07', '2034-09-21']],
    ['MONTH', 3, ['2034-10-31', '2035-01-31', '2035-04-30', '2035-07-31']],
  ] as const)('is not needed for every %s by %i', async (interval, intervalCount, days) => {
    t.clock.set(`${days[0]}T00:00:00Z`);
    const { subscription } = await start({}, { interval, intervalCount });
    expect(await periodsOf(subscription, 3)).toEqual(days);
  });
});

describe('a trial', () => {
  it('is what was asked for, instead of what the price says', async () => {
    t.clock.set('2036-01-01T00:00:00Z');
    const usual = await start({}, { trialDays: 14 });
    expect(day(usual.subscription.trialEnd)).toBe('2036-01-15');
    const longer = await start({ trialDays: 30 }, { trialDays: 14 });
    expect(day(longer.subscription.trialEnd)).toBe('2036-01-31');
    const until = await start({ trialEnd: new Date('2036-01-05T06:00:00Z') }, { trialDays: 14 });
    expect(until.subscription).toMatchObject({
      status: 'TRIALING',
      trialEnd: new Date('2036-01-05T06:00:00Z'),
      billingAnchor: new Date('2036-01-05T06:00:00Z'),
      periodIndex: -1,
    });
    expect(until.preview).toMatchObject({
      firstPeriod: { start: new Date('2036-01-05T06:00:00Z') },
      subtotalMinor: 3000n,
    });
    const none = await start({ trialDays: 0 }, { trialDays: 14 });
    expect(none.subscription).toMatchObject({ status: 'ACTIVE', trialEnd: null });
    expect(await none.ada.charges()).toMatchObject([{ amountMinor: 3000n }]);
  });

  it('before an anchor is followed by a part of a period', async () => {
    t.clock.set('2036-03-01T00:00:00Z');
    const { ada, subscription, preview } = await start({ trialDays: 10, billingDay: 1 });
    // The trial ends on Mar 11; 21 of March's 31 days are left: 30.00 * 21/31 = 20.322 -> 20.32.
    expect(preview).toMatchObject({ status: 'TRIALING', subtotalMinor: 2032n });
    expect(subscription).toMatchObject({
      status: 'TRIALING',
      trialEnd: new Date('2036-03-11T00:00:00Z'),
    });
    expect(await periodsOf(subscription, 3)).toEqual([
      '2036-03-11',
      '2036-04-01',
      '2036-05-01',
      '2036-06-01',
    ]);
    expect(await amountsOf(subscription)).toEqual([2032n, 3000n, 3000n]);
    expect(await ada.charges()).toHaveLength(3);
    t.clock.set('2036-07-01T00:00:00Z');
    const free = await start({ trialDays: 10, billingDay: 1, untilAnchor: 'FREE' });
    expect(day(free.subscription.trialEnd)).toBe('2036-08-01');
  });
});

it('several items with quantities are prorated so that the lines add up', async () => {
  t.clock.set('2036-09-11T00:00:00Z');
  const ada = await merchant.customer();
  const items = [
    { priceId: await priceOf(1001n), quantity: 3 },
    { priceId: await priceOf(333n) },
    { priceId: await priceOf(0n), quantity: 7 },
  ];
  await createSubscription(t.billing, merchant.system, {
    customerId: ada.id,
    items,
    billingDay: 1,
  });
  const [invoice] = await ada.invoices();
  const lines = await database.invoiceLine.findMany({
    where: { invoiceId: invoice!.id },
    orderBy: { position: 'asc' },
  });
  // (3 * 10.01 + 3.33) * 20/30 = 33.36 * 2/3 = 22.24: 20.02 and 2.22.
  expect(invoice!.totalMinor).toBe(2224n);
  expect(lines.map(({ amountMinor }) => amountMinor)).toEqual([2002n, 222n, 0n]);
  expect(lines.map(({ quantity }) => quantity)).toEqual([3, 1, 7]);
  await t.drain();
});

it('a change within the first part of a period counts by the whole one', async () => {
  t.clock.set('2036-11-11T00:00:00Z');
  const { ada, priceId, subscription } = await start({ billingDay: 1 });
  // 20 of November's 30 days: 30.00 * 20/30 = 20.00.
  expect(await ada.charges()).toMatchObject([{ amountMinor: 2000n }]);
  t.clock.set('2036-11-21T00:00:00Z');
  await changeSubscription(t.billing, merchant.system, {
    subscriptionId: subscription.id,
    items: [{ priceId, quantity: 2 }],
    when: 'NOW',
  });
  await t.drain();
  // 10 of 30 days: back 30.00 / 3 = 10.00, to pay 60.00 / 3 = 20.00.
  expect(await amountsOf(subscription)).toEqual([2000n, 1000n]);
});

it('is refused where the options make no sense, and previewed with the same refusals', async () => {
  const ada = await merchant.customer();
  const monthly = await priceOf(100n);
  const weekly = await priceOf(100n, { interval: 'WEEK' });
  const once = await priceOf(100n, { type: 'ONE_TIME', interval: null });
  const dear = await priceOf(10n ** 15n - 1n);
  const now = t.clock.now();
  const at = (days: number) => new Date(now.getTime() + days * 86_400_000);
  const cases: [Partial<CreateSubscriptionInput>, string, string][] = [
    [{ trialDays: -1 }, 'trialDays', 'TRIAL_INVALID'],
    [{ trialDays: 731 }, 'trialDays', 'TRIAL_INVALID'],
    [{ trialDays: 1, trialEnd: at(1) }, 'trialEnd', 'TRIAL_INVALID'],
    [{ trialEnd: now }, 'trialEnd', 'TRIAL_INVALID'],
    [{ trialEnd: at(731) }, 'trialEnd', 'TRIAL_INVALID'],
    [{ billingAnchor: at(32) }, 'billingAnchor', 'ANCHOR_INVALID'],
    [{ billingAnchor: at(-3661) }, 'billingAnchor', 'ANCHOR_INVALID'],
    [{ billingAnchor: now, billingDay: 1 }, 'billingDay', 'BILLING_DAY_INVALID'],
    [{ billingDay: 0 }, 'billingDay', 'BILLING_DAY_INVALID'],
    [{ billingDay: 32 }, 'billingDay', 'BILLING_DAY_INVALID'],
    [{ billingDay: 1, items: [{ priceId: weekly }] }, 'billingDay', 'BILLING_DAY_INVALID'],
    [{ billingDay: 1, billingMonth: 1 }, 'billingMonth', 'BILLING_MONTH_INVALID'],
    [{ items: [{ priceId: monthly }, { priceId: monthly }] }, 'items', 'PRICE_REPEATED'],
    [{ items: [{ priceId: once }] }, 'items', 'PRICE_NOT_RECURRING'],
    [{ items: [{ priceId: dear, quantity: 2 }] }, 'items', 'AMOUNT_TOO_LARGE'],
    [{ items: [{ priceId: weekly }, { priceId: monthly }] }, 'items', 'PRICES_DIFFER'],
  ];
  for (const [change, field, reason] of cases) {
    const input = { customerId: ada.id, items: [{ priceId: monthly }], ...change };
    for (const ask of [createSubscription, previewSubscription]) {
      await expect(ask(t.billing, merchant.system, input)).rejects.toMatchObject({
        facts: { field, reason },
      });
    }
  }
  expect(await ada.subscriptions()).toEqual([]);
  expect(await ada.events()).toEqual([
    'customer.created',
    'payment_method.added',
    'payment_method.default_changed',
  ]);
});

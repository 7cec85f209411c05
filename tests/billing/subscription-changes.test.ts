/** Changing plan and quantity, the arithmetic written out. */
import { createPrice } from '@4geeks/billing/product/create-price';
import { createProduct } from '@4geeks/billing/product/create-product';
import { cancelSubscription } from '@4geeks/billing/subscription/cancel-subscription';
import { changeSubscription } from '@4geeks/billing/subscription/change-subscription';
import type { SubscriptionChange } from '@4geeks/billing/subscription/plan-subscription-change';
import { previewSubscriptionChange } from '@4geeks/billing/subscription/preview-subscription-change';
import { createSubscription } from '@4geeks/billing/subscription/create-subscription';
import { undoSubscriptionChange } from '@4geeks/billing/subscription/undo-subscription-change';
import { afterEach, describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import type { CustomerOptions } from '../testkit/seed.ts';

const t = await testBilling({ start: '2027-04-01T00:00:00Z' });
const merchant = await t.seed.merchant();
const { system } = merchant;
const { id: productId } = await createProduct(t.billing, system, { name: 'Team' });

type PriceOptions = { currency?: string; interval?: 'MONTH' | 'YEAR'; trialDays?: number };

async function priceOf(unitAmountMinor: bigint, options: PriceOptions = {}): Promise<string> {
  const { id } = await createPrice(t.billing, system, {
    productId,
    currency: options.currency ?? 'EUR',
    unitAmountMinor,
    interval: options.interval ?? 'MONTH',
    trialDays: options.trialDays ?? 0,
  });
  return id;
}

const team = await priceOf(4900n);
const business = await priceOf(9900n);
const seat = await priceOf(700n);

async function subscribed(
  items: SubscriptionChange['items'] = [{ priceId: team }],
  options: CustomerOptions & { start?: string } = {},
) {
  if (options.start) t.clock.set(options.start);
  const ada = await merchant.customer(options);
  const { id: subscriptionId } = await createSubscription(t.billing, system, {
    customerId: ada.id,
    items,
  });
  await t.drain();
  const change = (
    to: SubscriptionChange['items'],
    when: SubscriptionChange['when'] = 'NOW',
  ): SubscriptionChange => ({ subscriptionId, items: to, when });
  const items_ = () =>
    t.billing.database.subscriptionItem.findMany({
      where: { subscriptionId },
      select: { priceId: true, quantity: true },
      orderBy: { id: 'asc' },
    });
  const balance = async () => {
    const { _sum } = await t.billing.database.balanceEntry.aggregate({
      where: { customerId: ada.id },
      _sum: { amountMinor: true },
    });
    return _sum.amountMinor ?? 0n;
  };
  return { ada, subscriptionId, change, items: items_, balance };
}

// The clock only travels on: what is left would renew through every year of the next test.
afterEach(async () => {
  const left = await t.billing.database.subscription.findMany({ where: { endedAt: null } });
  for (const { id: subscriptionId } of left) {
    await cancelSubscription(t.billing, system, { subscriptionId, when: 'NOW' });
  }
});

const linesOf = (invoiceId: string) =>
  t.billing.database.invoiceLine.findMany({ where: { invoiceId }, orderBy: { position: 'asc' } });

describe('an upgrade now', () => {
  it('in the middle of the month charges half the difference, as previewed', async () => {
    const { ada, change, items } = await subscribed([{ priceId: team }], {
      start: '2027-04-01T00:00:00Z',
      locale: 'de',
    });
    t.clock.set('2027-04-16T00:00:00Z');
    const upgrade = change([{ priceId: business }]);

    // 15 of April's 30 days are left.
    // Back: 49.00 * 15/30 = 24.50. To pay: 99.00 * 15/30 = 49.50. Net: 25.00.
    const before = await t.database.sql('select count(*) from "Event"');
    const preview = await previewSubscriptionChange(t.billing, system, upgrade);
    expect(preview).toMatchObject({
      effectiveAt: t.clock.now(),
      netMinor: 2500n,
      dueMinor: 2500n,
      balanceAppliedMinor: 0n,
      creditedMinor: 0n,
      periodAmountMinor: 9900n,
    });
    expect(await t.database.sql('select count(*) from "Event"')).toEqual(before);
    expect(await items()).toEqual([{ priceId: team, quantity: 1 }]);
    expect(await ada.invoices()).toHaveLength(1);

    await changeSubscription(t.billing, system, upgrade);
    await t.drain();
    expect(await items()).toEqual([{ priceId: business, quantity: 1 }]);
    const invoice = (await ada.invoices())[1]!;
    expect(invoice).toMatchObject({
      status: 'PAID',
      totalMinor: preview.netMinor,
      amountPaidMinor: preview.dueMinor,
      periodStart: null,
    });
    expect(await linesOf(invoice.id)).toMatchObject([
      { description: 'Nicht genutzte Zeit: Team', amountMinor: -2450n, proration: true },
      {
        description: 'Verbleibende Zeit: Team',
        amountMinor: 4950n,
        periodStart: t.clock.now(),
        periodEnd: new Date('2027-05-01T00:00:00Z'),
      },
    ]);
    expect((await ada.charges()).map(({ amountMinor }) => amountMinor)).toEqual([4900n, 2500n]);
    expect(await ada.events()).toContain('subscription.changed');

    // The period stays as it was; the next one costs the new price.
    t.clock.set('2027-05-01T00:00:00Z');
    await t.sweep();
    expect((await ada.invoices())[2]).toMatchObject({ totalMinor: 9900n, status: 'PAID' });
  });

  it('in a leap February counts 29 days', async () => {
    const { ada, change } = await subscribed([{ priceId: team }], {
      start: '2028-02-01T00:00:00Z',
    });
    t.clock.set('2028-02-19T00:00:00Z');
    // 11 of 29 days are left.
    // Back: 4900 * 11/29 = 1858.62 -> 1859. To pay: 9900 * 11/29 = 3755.17 -> 3755. Net: 1896.
    await changeSubscription(t.billing, system, change([{ priceId: business }]));
    await t.drain();
    expect((await ada.charges()).map(({ amountMinor }) => amountMinor)).toEqual([4900n, 1896n]);
  });

  it('that is declined makes the subscription past due, until a new card pays', async () => {
    const { ada, change } = await subscribed([{ priceId: team }], { card: 'expiring' });
    // The card ended with February; the period runs on.
    t.clock.set('2028-03-05T00:00:00Z');
    await changeSubscription(t.billing, system, change([{ priceId: business }]));
    await t.drain();
    expect(await ada.subscriptions()).toMatchObject([{ status: 'PAST_DUE' }]);
    expect(await ada.openInvoices()).toHaveLength(1);
    await ada.enterCard('visa');
    await t.drain();
    expect(await ada.openInvoices()).toEqual([]);
    expect(await ada.subscriptions()).toMatchObject([{ status: 'ACTIVE' }]);
  });

  it('in a trial costs nothing until the trial ends', async () => {
    const trial = await priceOf(4900n, { trialDays: 10 });
    const { ada, change } = await subscribed([{ priceId: trial }]);
    await changeSubscription(t.billing, system, change([{ priceId: business }]));
    await t.drain();
    expect(await ada.invoices()).toEqual([]);
    await t.travel({ days: 10 });
    expect(await ada.invoices()).toMatchObject([{ totalMinor: 9900n, status: 'PAID' }]);
  });
});

describe('a downgrade now', () => {
  it('becomes a credit that the next renewals use up', async () => {
    const { ada, change, balance } = await subscribed([{ priceId: business }], {
      start: '2029-04-01T00:00:00Z',
    });
    t.clock.set('2029-04-07T00:00:00Z');
    // 24 of 30 days are left. Back: 9900 * 24/30 = 7920. To pay: 700 * 24/30 = 560. Credit: 7360.
    const downgrade = change([{ priceId: seat }]);
    expect(await previewSubscriptionChange(t.billing, system, downgrade)).toMatchObject({
      netMinor: -7360n,
      creditedMinor: 7360n,
      dueMinor: 0n,
    });
    await changeSubscription(t.billing, system, downgrade);
    await t.drain();
    expect(await balance()).toBe(7360n);
    expect(await ada.invoices()).toHaveLength(1);

    // May costs 700: all of it from the balance, 6660 are left, nothing is charged.
    t.clock.set('2029-05-01T00:00:00Z');
    await t.sweep();
    expect((await ada.invoices())[1]).toMatchObject({
      status: 'PAID',
      totalMinor: 700n,
      balanceAppliedMinor: 700n,
      amountPaidMinor: 0n,
    });
    expect(await balance()).toBe(6660n);

    // An upgrade at once: 9900 - 700 = 9200 net, less 6660 of balance: 2540 to pay.
    const upgrade = change([{ priceId: business }]);
    expect(await previewSubscriptionChange(t.billing, system, upgrade)).toMatchObject({
      netMinor: 9200n,
      balanceAppliedMinor: 6660n,
      dueMinor: 2540n,
    });
    await changeSubscription(t.billing, system, upgrade);
    await t.drain();
    expect(await balance()).toBe(0n);
    expect((await ada.charges()).map(({ amountMinor }) => amountMinor)).toEqual([9900n, 2540n]);
    expect((await ada.invoices())[2]).toMatchObject({
      status: 'PAID',
      balanceAppliedMinor: 6660n,
      amountPaidMinor: 2540n,
    });
    expect(await ada.events()).toEqual(
      expect.arrayContaining(['customer.balance_credited', 'customer.balance_applied']),
    );
  });

  it('is used once by two subscriptions that renew at the same time', async () => {
    const { ada, change, balance } = await subscribed([{ priceId: business }]);
    await createSubscription(t.billing, system, {
      customerId: ada.id,
      items: [{ priceId: business }],
    });
    await t.drain();
    // All of the period is left: 9900 - 4900 = 5000 of credit.
    await changeSubscription(t.billing, system, change([{ priceId: team }]));
    t.clock.advance({ days: 31 });
    const { renewSubscription } = await import('@4geeks/billing/subscription/renew-subscription');
    await Promise.all(
      (await ada.subscriptions()).map(({ id }) =>
        renewSubscription(t.billing, { merchantId: merchant.id, subscriptionId: id }),
      ),
    );
    await t.drain();
    const applied = (await ada.invoices()).reduce(
      (sum, { balanceAppliedMinor }) => sum + balanceAppliedMinor,
      0n,
    );
    expect(applied).toBe(5000n);
    expect(await balance()).toBe(0n);
    // 2 * 9900 at first, then 4900 + 9900 - 5000.
    const charged = (await ada.charges()).reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
    expect(charged).toBe(19_800n + 9800n);
  });

  it('credits only what has been paid', async () => {
    const ada = await merchant.customer({ card: 'visa_3ds' });
    const { id: subscriptionId } = await createSubscription(t.billing, system, {
      customerId: ada.id,
      items: [{ priceId: business }],
    });
    // Not collected yet.
    const downgrade = { subscriptionId, items: [{ priceId: team }], when: 'NOW' } as const;
    await expect(changeSubscription(t.billing, system, downgrade)).rejects.toMatchObject({
      code: 'PERIOD_NOT_PAID',
    });
    await t.drain();
  });
});

describe('at the end of the period', () => {
  it('a downgrade is billed by the renewal, and nothing before', async () => {
    const { ada, change, items } = await subscribed([{ priceId: business }]);
    const downgrade = change([{ priceId: team, quantity: 2 }], 'PERIOD_END');
    const { currentPeriodEnd } = (await ada.subscriptions())[0]!;
    expect(await previewSubscriptionChange(t.billing, system, downgrade)).toMatchObject({
      effectiveAt: currentPeriodEnd,
      lines: [],
      dueMinor: 0n,
      periodAmountMinor: 9800n,
    });
    await changeSubscription(t.billing, system, downgrade);
    await t.drain();
    expect(await items()).toEqual([{ priceId: business, quantity: 1 }]);
    expect(await ada.charges()).toHaveLength(1);
    t.clock.set(currentPeriodEnd);
    await t.sweep();
    expect(await items()).toEqual([{ priceId: team, quantity: 2 }]);
    expect((await ada.charges()).map(({ amountMinor }) => amountMinor)).toEqual([9900n, 9800n]);
    expect(await ada.events()).toEqual(
      expect.arrayContaining(['subscription.change_scheduled', 'subscription.changed']),
    );
    expect(await t.billing.database.subscriptionScheduledItem.count()).toBe(0);
  });

  it('can be taken back until then', async () => {
    const { ada, subscriptionId, change } = await subscribed([{ priceId: business }]);
    await changeSubscription(t.billing, system, change([{ priceId: team }], 'PERIOD_END'));
    await undoSubscriptionChange(t.billing, system, { subscriptionId });
    await t.travel({ days: 31 });
    expect((await ada.charges()).map(({ amountMinor }) => amountMinor)).toEqual([9900n, 9900n]);
    expect(await ada.events()).toContain('subscription.change_undone');
  });
});

describe('quantities', () => {
  it('go and come again, each for its part; what stays has no line', async () => {
    const { ada, change } = await subscribed([{ priceId: team }, { priceId: seat, quantity: 3 }], {
      start: '2030-06-01T00:00:00Z',
    });
    t.clock.set('2030-06-21T12:00:00Z');
    // 9.5 of 30 days are left.
    // Back: 3 * 700 * 9.5/30 = 665. To pay: 5 * 700 * 9.5/30 = 1108.33 -> 1108. Net: 443.
    await changeSubscription(
      t.billing,
      system,
      change([{ priceId: team }, { priceId: seat, quantity: 5 }]),
    );
    await t.drain();
    const invoice = (await ada.invoices())[1]!;
    expect(await linesOf(invoice.id)).toMatchObject([
      { quantity: 3, amountMinor: -665n, unitAmountMinor: 700n },
      { quantity: 5, amountMinor: 1108n },
    ]);
    expect(invoice).toMatchObject({ totalMinor: 443n, status: 'PAID' });
  });

  it('in a currency without decimals round to whole units', async () => {
    const yen = await priceOf(1000n, { currency: 'JPY' });
    const { ada, change } = await subscribed([{ priceId: yen }], {
      start: '2030-07-01T00:00:00Z',
    });
    t.clock.set('2030-07-11T00:00:00Z');
    // 21 of 31 days are left. Back: 1000 * 21/31 = 677.4 -> 677. To pay: 1354.8 -> 1355. Net: 678.
    await changeSubscription(t.billing, system, change([{ priceId: yen, quantity: 2 }]));
    await t.drain();
    expect((await ada.charges()).map(({ amountMinor }) => amountMinor)).toEqual([1000n, 678n]);
  });
});

describe('a change is refused', () => {
  it('by name', async () => {
    const { change, items } = await subscribed();
    const dollars = await priceOf(4900n, { currency: 'USD' });
    const yearly = await priceOf(49_000n, { interval: 'YEAR' });
    const asked = (to: SubscriptionChange['items'], when?: SubscriptionChange['when']) =>
      expect(changeSubscription(t.billing, system, change(to, when))).rejects;
    await asked([{ priceId: dollars }]).toMatchObject({ code: 'CURRENCY_DIFFERS' });
    await asked([{ priceId: dollars }], 'PERIOD_END').toMatchObject({ code: 'CURRENCY_DIFFERS' });
    await asked([{ priceId: team }, { priceId: yearly }]).toMatchObject({
      facts: { reason: 'PRICES_DIFFER' },
    });
    await asked([{ priceId: team }]).toMatchObject({ code: 'NOTHING_CHANGES' });
    await asked([]).toMatchObject({ facts: { reason: 'ITEMS_REQUIRED' } });
    await asked([{ priceId: team, quantity: 0 }]).toMatchObject({
      facts: { reason: 'QUANTITY_INVALID' },
    });
    await asked([{ priceId: team }, { priceId: team }]).toMatchObject({
      facts: { reason: 'PRICE_REPEATED' },
    });
    t.clock.advance({ days: 31 });
    await asked([{ priceId: business }]).toMatchObject({ code: 'RENEWAL_DUE' });
    expect(await items()).toEqual([{ priceId: team, quantity: 1 }]);
    await t.sweep();
  });

  it('to customers, and to strangers', async () => {
    const { ada, change } = await subscribed();
    const upgrade = change([{ priceId: business }]);
    const forbidden = { code: 'FORBIDDEN' };
    const customer = await ada.viewer();
    await expect(changeSubscription(t.billing, customer, upgrade)).rejects.toMatchObject(forbidden);
    await expect(previewSubscriptionChange(t.billing, customer, upgrade)).rejects.toMatchObject(
      forbidden,
    );
    const stranger = await (await t.seed.merchant()).staff();
    for (const ask of [changeSubscription, previewSubscriptionChange]) {
      await expect(ask(t.billing, stranger, upgrade)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
  });
});

import { createSubscription } from '@4geeks/billing/subscription/create-subscription';
import { renewSubscription } from '@4geeks/billing/subscription/renew-subscription';
import { describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';

const t = await testBilling({ start: '2027-01-31T12:00:00Z' });
const merchant = await t.seed.merchant();

describe('a subscription', () => {
  it('begun on January 31 renews at the end of every month', async () => {
    const ada = await merchant.customer();
    await ada.subscription();
    await t.drain();
    const starts = ['2027-02-28T12:00:00Z', '2027-03-31T12:00:00Z', '2027-04-30T12:00:00Z'];
    for (const start of starts) {
      t.clock.set(new Date(Date.parse(start) - 1));
      await t.sweep();
      const count = (await ada.invoices()).length;
      t.clock.set(start);
      await t.sweep();
      const invoices = await ada.invoices();
      expect(invoices).toHaveLength(count + 1);
      expect(invoices.at(-1)).toMatchObject({ periodStart: new Date(start), status: 'PAID' });
    }
    const invoices = await ada.invoices();
    for (const [index, invoice] of invoices.entries()) {
      const next = invoices[index + 1];
      if (next) expect(invoice.periodEnd).toEqual(next.periodStart);
    }
  });

  it('several periods behind is billed for each, for the scheduled days', async () => {
    const ada = await merchant.customer();
    await ada.subscription({ interval: 'WEEK' });
    await t.drain();
    const start = t.clock.now().getTime();
    await t.travel({ days: 24 });
    const weekMs = 7 * 86_400_000;
    expect((await ada.invoices()).map(({ periodStart }) => periodStart!.getTime())).toEqual([
      start,
      start + weekMs,
      start + 2 * weekMs,
      start + 3 * weekMs,
    ]);
    expect(await ada.charges()).toHaveLength(4);
  });

  it('with a trial is first billed when the trial ends', async () => {
    const ada = await merchant.customer();
    await ada.subscription({ trialDays: 14 });
    await t.sweep();
    expect(await ada.subscriptions()).toMatchObject([{ status: 'TRIALING', periodIndex: -1 }]);
    expect(await ada.invoices()).toEqual([]);
    await t.travel({ days: 14 });
    expect(await ada.subscriptions()).toMatchObject([{ status: 'ACTIVE', periodIndex: 0 }]);
    expect(await ada.invoices()).toMatchObject([
      { status: 'PAID', periodStart: t.clock.now(), totalMinor: 4900n },
    ]);
  });

  it('that costs nothing is never charged', async () => {
    const ada = await merchant.customer({ card: null });
    await ada.subscription({ amountMinor: 0n });
    await t.drain();
    expect(await ada.invoices()).toMatchObject([{ status: 'PAID', totalMinor: 0n }]);
    expect(await ada.payments()).toEqual([]);
    expect(await ada.mails()).toEqual([]);
  });

  it('is billed by quantity, in its price’s currency', async () => {
    const ada = await merchant.customer();
    await ada.subscription({ amountMinor: 1000n, currency: 'JPY', quantity: 3 });
    await t.drain();
    expect(await ada.charges()).toMatchObject([{ amountMinor: 3000n }]);
    const receipt = (await ada.mails()).find(({ tag }) => tag === 'payment-receipt');
    expect(receipt!.subject).toContain('¥3,000');
  });

  it('is renewed by one of several workers', async () => {
    const ada = await merchant.customer();
    const { id } = await ada.subscription();
    await t.drain();
    t.clock.advance({ days: 31 });
    const outcomes = await Promise.all(
      Array.from({ length: 6 }, () =>
        renewSubscription(t.billing, { merchantId: merchant.id, subscriptionId: id }),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'renewed')).toHaveLength(1);
    expect(await ada.invoices()).toHaveLength(2);
    await t.sweep();
  });

  it('that cannot be renewed does not hold up the others', async () => {
    const broken = await merchant.customer();
    const { id } = await broken.subscription({ interval: 'DAY' });
    const ada = await merchant.customer();
    await ada.subscription({ interval: 'DAY' });
    await t.drain();
    // Its next period is billed already: an illegal state that only a hand in the database makes.
    const period = { start: '1 day', end: '2 days' };
    await t.database.sql(
      `insert into "Invoice" (id, "merchantId", "customerId", "subscriptionId", status, number,
         currency, "subtotalMinor", "totalMinor", "periodStart", "periodEnd", "finalizedAt",
         "customerName", "customerEmail", locale)
       select gen_random_uuid(), "merchantId", "customerId", id, 'OPEN', 'BY-HAND', currency, 1, 1,
         "currentPeriodEnd", "currentPeriodEnd" + $2::interval, now(), '', '', 'en'
       from "Subscription" where id = $1`,
      [id, period.start],
    );
    t.clock.advance({ days: 1 });
    const { renewDueSubscriptions } =
      await import('@4geeks/billing/subscription/renew-due-subscriptions');
    await expect(renewDueSubscriptions(t.billing)).rejects.toThrow();
    expect(await ada.invoices()).toHaveLength(2);
    await t.database.sql(`delete from "Invoice" where number = 'BY-HAND'`);
    await t.sweep();
    expect(await broken.invoices()).toHaveLength(2);
  });

  it('is refused without items, with odd quantities, prices that differ or are unknown', async () => {
    const ada = await merchant.customer();
    const { items: monthly } = await withItems(await ada.subscription());
    const { items: yearly } = await withItems(await ada.subscription({ interval: 'YEAR' }));
    const create = (items: { priceId: string; quantity?: number }[], customerId = ada.id) =>
      createSubscription(t.billing, merchant.system, { customerId, items });
    await expect(create([])).rejects.toMatchObject({ facts: { reason: 'ITEMS_REQUIRED' } });
    await expect(create([{ priceId: monthly, quantity: 0 }])).rejects.toMatchObject({
      facts: { reason: 'QUANTITY_INVALID' },
    });
    await expect(create([{ priceId: monthly }, { priceId: yearly }])).rejects.toMatchObject({
      facts: { reason: 'PRICES_DIFFER' },
    });
    const other = await t.seed.merchant();
    const stranger = await other.customer();
    await expect(create([{ priceId: monthly }], stranger.id)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    const { items: foreign } = await withItems(await stranger.subscription());
    await expect(create([{ priceId: foreign }])).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

async function withItems({ id }: { id: string }): Promise<{ items: string }> {
  const item = await t.billing.database.subscriptionItem.findFirstOrThrow({
    where: { subscriptionId: id },
  });
  return { items: item.priceId };
}

/** Coupons: redeemed, taken off invoices, and over. */
import { archiveCoupon } from '@4geeks/billing/coupon/archive-coupon';
import { createCoupon, type CreateCouponInput } from '@4geeks/billing/coupon/create-coupon';
import { applyCoupon } from '@4geeks/billing/discount/apply-coupon';
import { applyCouponToInvoice } from '@4geeks/billing/discount/apply-coupon-to-invoice';
import { removeDiscount } from '@4geeks/billing/discount/remove-discount';
import { removeInvoiceDiscount } from '@4geeks/billing/discount/remove-invoice-discount';
import { addInvoiceLine } from '@4geeks/billing/invoice/add-invoice-line';
import { createInvoice } from '@4geeks/billing/invoice/create-invoice';
import { deleteDraftInvoice } from '@4geeks/billing/invoice/delete-draft-invoice';
import { finalizeInvoice } from '@4geeks/billing/invoice/finalize-invoice';
import { createPrice } from '@4geeks/billing/product/create-price';
import { createProduct } from '@4geeks/billing/product/create-product';
import { cancelSubscription } from '@4geeks/billing/subscription/cancel-subscription';
import { changeSubscription } from '@4geeks/billing/subscription/change-subscription';
import { createSubscription } from '@4geeks/billing/subscription/create-subscription';
import { previewSubscription } from '@4geeks/billing/subscription/preview-subscription';
import { createTaxRate } from '@4geeks/billing/tax/create-tax-rate';
import { setDefaultTaxRate } from '@4geeks/billing/tax/set-default-tax-rate';
import { afterEach, describe, expect, it } from 'vitest';

import { brokenInvariants } from '../soak/invariants.ts';
import { testBilling } from '../testkit/billing.ts';

const t = await testBilling({ start: '2027-01-31T00:00:00Z' });
const merchant = await t.seed.merchant();
const { system } = merchant;
const { database } = t.billing;
const { id: productId } = await createProduct(t.billing, system, { name: 'Team' });

const price = async (
  unitAmountMinor: bigint,
  options: { currency?: string; trialDays?: number } = {},
) =>
  (
    await createPrice(t.billing, system, {
      productId,
      currency: 'EUR',
      unitAmountMinor,
      interval: 'MONTH',
      ...options,
    })
  ).id;
const team = await price(10_000n);
const business = await price(20_000n);
const seat = await price(4000n);

let codes = 0;
async function coupon(terms: Partial<CreateCouponInput> = {}): Promise<string> {
  codes += 1;
  const percent = terms.amountOffMinor == null ? { percentOffBps: 2000 } : { currency: 'EUR' };
  const { code } = await createCoupon(t.billing, system, {
    code: `code-${codes}`,
    duration: 'FOREVER',
    ...percent,
    ...terms,
  });
  return code;
}

async function subscribed(couponCode: string | null, priceIds: string[] = [team]) {
  const ada = await merchant.customer();
  const { id: subscriptionId } = await createSubscription(t.billing, system, {
    customerId: ada.id,
    items: priceIds.map((priceId) => ({ priceId })),
    couponCode,
  });
  await t.drain();
  const totals = async () => (await ada.invoices()).map(({ totalMinor }) => totalMinor);
  const apply = (code: string) => applyCoupon(t.billing, system, { subscriptionId, code });
  const change = (...to: string[]) =>
    changeSubscription(t.billing, system, {
      subscriptionId,
      items: to.map((priceId) => ({ priceId })),
      when: 'NOW',
    });
  return { ada, subscriptionId, totals, apply, change };
}

const redeemed = async (code: string) =>
  (await database.coupon.findFirstOrThrow({ where: { code } })).timesRedeemed;

afterEach(async () => {
  const left = await database.subscription.findMany({ where: { endedAt: null } });
  for (const { id: subscriptionId } of left) {
    await cancelSubscription(t.billing, system, { subscriptionId, when: 'NOW' });
  }
  await t.drain();
  expect(await brokenInvariants(t.database, t.clock.now())).toEqual({});
});

describe('a subscription is reduced', () => {
  it('once: on its first invoice, and on no other', async () => {
    const { ada, totals } = await subscribed(await coupon({ duration: 'ONCE', name: 'Welcome' }));
    await t.travel({ days: 31 });
    // 20 % of 100.00 is 20.00.
    expect(await totals()).toEqual([8000n, 10_000n]);
    const [first] = await ada.invoices();
    expect(first).toMatchObject({ subtotalMinor: 10_000n, discountMinor: 2000n, status: 'PAID' });
    expect(
      await database.invoiceDiscount.findMany({ where: { invoiceId: first!.id } }),
    ).toMatchObject([{ position: 0, name: 'Welcome', percentOffBps: 2000, amountMinor: 2000n }]);
  });

  it('for three months, counted in the calendar from a month’s end on', async () => {
    t.clock.set('2028-01-31T00:00:00Z');
    const { totals } = await subscribed(
      await coupon({ duration: 'REPEATING', durationMonths: 3, amountOffMinor: 1500n }),
    );
    // January 31, February 29, March 31; the one of April 30 is over.
    for (const day of ['02-29', '03-31', '04-30']) {
      t.clock.set(`2028-${day}T00:00:00Z`);
      await t.sweep();
    }
    expect(await totals()).toEqual([8500n, 8500n, 8500n, 10_000n]);
  });

  it('for as long as it lives, from the next invoice on, until it is taken away', async () => {
    const { subscriptionId, totals, apply } = await subscribed(null);
    await apply((await coupon()).toLowerCase());
    await apply(await coupon({ amountOffMinor: 500n }));
    await t.travel({ days: 31 });
    // 20 % of 100.00, then 5.00.
    expect(await totals()).toEqual([10_000n, 7500n]);
    const [percent] = await database.discount.findMany({
      where: { subscriptionId },
      orderBy: { id: 'asc' },
    });
    await removeDiscount(t.billing, system, { discountId: percent!.id });
    await expect(
      removeDiscount(t.billing, system, { discountId: percent!.id }),
    ).rejects.toMatchObject({ code: 'DISCOUNT_ENDED' });
    await t.travel({ days: 31 });
    expect(await totals()).toEqual([10_000n, 7500n, 9500n]);
  });

  it('to nothing, which is paid as it is; once goes to the first that costs something', async () => {
    const free = await price(0n);
    const all = await subscribed(await coupon({ amountOffMinor: 99_999n }));
    expect(await all.ada.invoices()).toMatchObject([
      { status: 'PAID', totalMinor: 0n, discountMinor: 10_000n },
    ]);
    const once = await subscribed(await coupon({ duration: 'ONCE' }), [free]);
    expect(await once.totals()).toEqual([0n]);
    await once.change(team);
    await t.travel({ days: 31 });
    expect((await once.totals()).at(-1)).toBe(8000n);
  });

  it('after its trial, as previewed', async () => {
    const trial = await price(10_000n, { trialDays: 14 });
    const couponCode = await coupon({ duration: 'ONCE' });
    const ada = await merchant.customer();
    const input = { customerId: ada.id, items: [{ priceId: trial }], couponCode };
    expect(await previewSubscription(t.billing, system, input)).toMatchObject({
      subtotalMinor: 10_000n,
      discountMinor: 2000n,
      totalMinor: 8000n,
    });
    expect(await redeemed(couponCode)).toBe(0);
    await createSubscription(t.billing, system, input);
    await t.travel({ days: 14 });
    expect(await ada.invoices()).toMatchObject([{ totalMinor: 8000n, status: 'PAID' }]);
  });

  it('before it is taxed', async () => {
    const vat = await createTaxRate(t.billing, system, {
      name: 'VAT',
      ratePpm: 200_000,
      inclusive: false,
    });
    await setDefaultTaxRate(t.billing, system, { taxRateId: vat.id });
    const { ada } = await subscribed(await coupon());
    await setDefaultTaxRate(t.billing, system, { taxRateId: null });
    // 80.00 and 20 % of it.
    expect(await ada.invoices()).toMatchObject([
      { discountMinor: 2000n, taxMinor: 1600n, totalMinor: 9600n },
    ]);
  });
});

describe('a change within the period', () => {
  it('credits what was really charged, and discounts what comes alike', async () => {
    t.clock.set('2029-04-01T00:00:00Z');
    const { ada, totals, change } = await subscribed(await coupon({ duration: 'ONCE' }));
    t.clock.set('2029-04-16T00:00:00Z');
    await change(business);
    await t.drain();
    // Half of April: back 50.00 less 20 %, to pay 100.00 less 20 %.
    expect(await totals()).toEqual([8000n, 4000n]);
    const lines = await database.invoiceLine.findMany({
      where: { invoice: { customerId: ada.id }, proration: true },
      orderBy: { position: 'asc' },
    });
    expect(lines).toMatchObject([
      { amountMinor: -5000n, discountMinor: -1000n },
      { amountMinor: 10_000n, discountMinor: 2000n },
    ]);
    // Back in the same second: what was charged is owed.
    await change(team);
    const { _sum } = await database.balanceEntry.aggregate({
      where: { customerId: ada.id },
      _sum: { amountMinor: true },
    });
    expect(_sum.amountMinor).toBe(4000n);
  });

  it('hands the part of an amount on to what comes', async () => {
    t.clock.set('2029-06-01T00:00:00Z');
    const { totals, change } = await subscribed(await coupon({ amountOffMinor: 1400n }), [
      team,
      seat,
    ]);
    // 10.00 of the 14.00 is off the team's 100.00, 4.00 off the seat's 40.00.
    expect(await totals()).toEqual([12_600n]);
    t.clock.set('2029-06-16T00:00:00Z');
    await change(business, seat);
    await t.drain();
    // Half of June: back 50.00 less 5.00; to pay 100.00 less the same 5.00.
    expect(await totals()).toEqual([12_600n, 5000n]);
  });

  it('leaves coupons applied since to the next period', async () => {
    t.clock.set('2029-09-01T00:00:00Z');
    const { totals, apply, change } = await subscribed(null);
    await apply(await coupon());
    t.clock.set('2029-09-16T00:00:00Z');
    await change(business);
    t.clock.set('2029-10-01T00:00:00Z');
    await t.sweep();
    expect(await totals()).toEqual([10_000n, 5000n, 16_000n]);
  });
});

describe('a draft is reduced', () => {
  const line = (invoiceId: string) =>
    addInvoiceLine(t.billing, system, {
      invoiceId,
      description: 'Work',
      quantity: 3,
      unitAmountMinor: 3333n,
    });
  const draft = async () => {
    const ada = await merchant.customer();
    return (await createInvoice(t.billing, system, { customerId: ada.id })).id;
  };

  it('whatever is added to it afterwards, and is what it was once finalized', async () => {
    const invoiceId = await draft();
    const code = await coupon({ duration: 'REPEATING', durationMonths: 1 });
    await applyCouponToInvoice(t.billing, system, { invoiceId, code });
    await line(invoiceId);
    // 20 % of 99.99 is 19.998: 20.00.
    expect(await line(invoiceId)).toMatchObject({
      subtotalMinor: 19_998n,
      discountMinor: 4000n,
      totalMinor: 15_998n,
    });
    expect(await finalizeInvoice(t.billing, system, { invoiceId })).toMatchObject({
      totalMinor: 15_998n,
    });
    const [discount] = await database.discount.findMany({ where: { invoiceId } });
    expect(discount).toMatchObject({ endedAt: t.clock.now() });
    await expect(
      removeInvoiceDiscount(t.billing, system, { discountId: discount!.id }),
    ).rejects.toMatchObject({ code: 'INVOICE_NOT_DRAFT' });
    await expect(
      applyCouponToInvoice(t.billing, system, { invoiceId, code }),
    ).rejects.toMatchObject({ code: 'INVOICE_NOT_DRAFT' });
    await t.drain();
  });

  it('not any more when that is taken back: the coupon may be redeemed again', async () => {
    const code = await coupon({ maxRedemptions: 1 });
    const first = await draft();
    await line(first);
    await applyCouponToInvoice(t.billing, system, { invoiceId: first, code });
    const [discount] = await database.discount.findMany({ where: { invoiceId: first } });
    expect(
      await removeInvoiceDiscount(t.billing, system, { discountId: discount!.id }),
    ).toMatchObject({ discountMinor: 0n, totalMinor: 9999n });
    expect(await redeemed(code)).toBe(0);
    await applyCouponToInvoice(t.billing, system, { invoiceId: first, code });
    await deleteDraftInvoice(t.billing, system, { invoiceId: first });
    expect(await redeemed(code)).toBe(0);
    const second = await draft();
    await line(second);
    await applyCouponToInvoice(t.billing, system, { invoiceId: second, code });
    expect(await redeemed(code)).toBe(1);
  });
});

describe('a coupon is redeemed', () => {
  it('no more often than it may be, whoever else does at the same time', async () => {
    const code = await coupon({ maxRedemptions: 2 });
    const begun = await Promise.all([1, 2, 3, 4].map(() => subscribed(null)));
    const tried = await Promise.allSettled(begun.map(({ apply }) => apply(code)));
    const refused = tried.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(2);
    for (const attempt of refused) {
      expect(attempt).toMatchObject({ reason: { code: 'COUPON_USED_UP' } });
    }
    expect(await redeemed(code)).toBe(2);
  });

  it('once for one subscription, however often it is tried at the same time', async () => {
    const code = await coupon();
    const { apply, totals } = await subscribed(null);
    const tried = await Promise.allSettled([apply(code), apply(code), apply(code)]);
    expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(apply(code)).rejects.toMatchObject({ code: 'COUPON_APPLIED_ALREADY' });
    expect(await redeemed(code)).toBe(1);
    await t.travel({ days: 31 });
    expect((await totals()).at(-1)).toBe(8000n);
  });

  it('again by the same subscription once its time is over', async () => {
    const code = await coupon({ duration: 'REPEATING', durationMonths: 1 });
    const { apply } = await subscribed(code);
    await expect(apply(code)).rejects.toMatchObject({ code: 'COUPON_APPLIED_ALREADY' });
    await t.travel({ days: 32 });
    await apply(code);
    expect(await redeemed(code)).toBe(2);
  });

  it('not when it is expired, archived, unknown, of another currency, or for what has ended', async () => {
    const { apply, subscriptionId } = await subscribed(null);
    const refused = (code: string) => expect(apply(code)).rejects;
    const soon = await coupon({ redeemBy: new Date(t.clock.now().getTime() + 1000) });
    t.clock.advance({ days: 1 });
    await refused(soon).toMatchObject({ code: 'COUPON_EXPIRED' });
    const dollars = await coupon({ amountOffMinor: 100n, currency: 'USD' });
    await refused(dollars).toMatchObject({ code: 'COUPON_CURRENCY_DIFFERS' });
    await refused('NO-SUCH-CODE').toMatchObject({ code: 'NOT_FOUND' });
    await refused('!').toMatchObject({ code: 'NOT_FOUND' });
    const archived = await coupon();
    await apply(archived);
    const { id: couponId } = await database.coupon.findFirstOrThrow({ where: { code: archived } });
    await archiveCoupon(t.billing, system, { couponId });
    await expect(archiveCoupon(t.billing, system, { couponId })).rejects.toMatchObject({
      code: 'ALREADY_ARCHIVED',
    });
    const other = await subscribed(null);
    await expect(other.apply(archived)).rejects.toMatchObject({ code: 'COUPON_ARCHIVED' });
    // What it gave goes on.
    expect(await database.discount.count({ where: { subscriptionId, endedAt: null } })).toBe(1);
    await cancelSubscription(t.billing, system, { subscriptionId, when: 'NOW' });
    await refused(await coupon()).toMatchObject({ code: 'SUBSCRIPTION_ENDED' });
    const stranger = await (await t.seed.merchant()).staff();
    await expect(
      applyCoupon(t.billing, stranger, { subscriptionId, code: await coupon() }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('not at all where its terms make no sense', async () => {
    const bad = (terms: Partial<CreateCouponInput>) =>
      expect(
        createCoupon(t.billing, system, {
          code: 'BAD-ONE',
          percentOffBps: 1000,
          duration: 'FOREVER',
          ...terms,
        }),
      ).rejects;
    const reason = (name: string) => ({ facts: { reason: name } });
    await bad({ code: 'a b' }).toMatchObject(reason('CODE_INVALID'));
    await bad({ percentOffBps: 10_001 }).toMatchObject(reason('PERCENT_INVALID'));
    await bad({ amountOffMinor: 1n, currency: 'EUR' }).toMatchObject(reason('PERCENT_INVALID'));
    await bad({ currency: 'EUR' }).toMatchObject(reason('CURRENCY_INVALID'));
    await bad({ percentOffBps: null, amountOffMinor: 0n }).toMatchObject(reason('AMOUNT_INVALID'));
    await bad({ percentOffBps: null, amountOffMinor: 1n }).toMatchObject(
      reason('CURRENCY_INVALID'),
    );
    await bad({ duration: 'REPEATING' }).toMatchObject(reason('DURATION_INVALID'));
    await bad({ durationMonths: 3 }).toMatchObject(reason('DURATION_INVALID'));
    await bad({ maxRedemptions: 0 }).toMatchObject(reason('MAX_REDEMPTIONS_INVALID'));
    await bad({ redeemBy: t.clock.now() }).toMatchObject(reason('REDEEM_BY_PAST'));
    const taken = await coupon();
    await bad({ code: taken.toLowerCase() }).toMatchObject({ code: 'COUPON_CODE_TAKEN' });
  });
});

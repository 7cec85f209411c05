/** What a customer may change in a portal session with plans on offer, and at which figures. */
import type { CustomerViewer } from '@4geeks/billing/access/viewer';
import type { BillingError } from '@4geeks/billing/errors';
import { changePlan } from '@4geeks/billing/plan-offer/change-plan';
import { previewPlanChange } from '@4geeks/billing/plan-offer/preview-plan-change';
import { readPlanOffer } from '@4geeks/billing/plan-offer/read-plan-offer';
import { takeInvoiceNumber } from '@4geeks/billing/invoice/take-invoice-number';
import { createPortalSession } from '@4geeks/billing/portal/create-portal-session';
import { endPortalSession } from '@4geeks/billing/portal/end-portal-session';
import { archivePrice } from '@4geeks/billing/product/archive-price';
import { archiveProduct } from '@4geeks/billing/product/archive-product';
import { createPrice } from '@4geeks/billing/product/create-price';
import { createProduct } from '@4geeks/billing/product/create-product';
import { deleteProduct } from '@4geeks/billing/product/delete-product';
import { cancelSubscription } from '@4geeks/billing/subscription/cancel-subscription';
import { changeSubscription } from '@4geeks/billing/subscription/change-subscription';
import { createSubscription } from '@4geeks/billing/subscription/create-subscription';
import { pauseSubscription } from '@4geeks/billing/subscription/pause-subscription';
import { undoSubscriptionChange } from '@4geeks/billing/subscription/undo-subscription-change';
import { afterEach, describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import { enterWithOffer, planPrice, type PlanPriceOptions } from '../testkit/plan-offer.ts';
import type { CustomerOptions } from '../testkit/seed.ts';

const t = await testBilling({ start: '2027-04-01T00:00:00Z' });
const { billing } = t;
const merchant = await t.seed.merchant();
const { system } = merchant;

const price = (amountMinor: bigint, options?: PlanPriceOptions) =>
  planPrice(billing, merchant, amountMinor, options);

const starter = await price(1900n, { name: 'Starter' });
const team = await price(4900n, { name: 'Team' });
const business = await price(9900n, { name: 'Business' });
const secret = await price(100n, { name: 'Not for everybody' });

interface Beginning extends CustomerOptions {
  /** When the subscription begins. */
  start?: string;
  /** When the customer is sent to the portal; absent: at once. */
  sent?: string;
  quantity?: number;
  offered?: readonly string[];
}

async function offered({
  start,
  sent,
  quantity = 1,
  offered: priceIds,
  ...options
}: Beginning = {}) {
  if (start) t.clock.set(start);
  const ada = await merchant.customer(options);
  const { id: subscriptionId } = await createSubscription(billing, system, {
    customerId: ada.id,
    items: [{ priceId: team, quantity }],
  });
  await t.drain();
  if (sent) t.clock.set(sent);
  const session = await enterWithOffer(billing, merchant, {
    customerId: ada.id,
    subscriptionId,
    offeredPriceIds: priceIds ?? [starter, team, business],
  });
  const viewer = (await session.viewer())!;
  const preview = (priceId: string, actor: CustomerViewer = viewer) =>
    previewPlanChange(billing, actor, { priceId });
  const change = (priceId: string, quote: string, actor: CustomerViewer = viewer) =>
    changePlan(billing, actor, { priceId, quote });
  const items = () =>
    billing.database.subscriptionItem.findMany({
      where: { subscriptionId },
      select: { priceId: true, quantity: true },
    });
  const planned = () =>
    billing.database.subscriptionScheduledItem.findMany({
      where: { subscriptionId },
      select: { priceId: true, quantity: true },
    });
  return { ada, subscriptionId, session, viewer, preview, change, items, planned };
}

const codeOf = (attempt: Promise<unknown>) =>
  attempt.then(
    () => 'done',
    (error: BillingError) => String(error.facts.reason ?? error.facts.permission ?? error.code),
  );

// The clock only travels on: what is left would renew in the next test.
afterEach(async () => {
  const left = await billing.database.subscription.findMany({ where: { endedAt: null } });
  for (const { id: subscriptionId, merchantId } of left) {
    const actor = { kind: 'system', merchantId } as const;
    await cancelSubscription(billing, actor, { subscriptionId, when: 'NOW' });
  }
});

describe('an offer', () => {
  const create = async (
    input: Partial<Parameters<typeof createPortalSession>[2]>,
    arrange: (subscriptionId: string) => Promise<unknown> = () => Promise.resolve(),
  ) => {
    const ada = await merchant.customer();
    const { id: subscriptionId } = await createSubscription(billing, system, {
      customerId: ada.id,
      items: [{ priceId: team }],
    });
    await t.drain();
    await arrange(subscriptionId);
    return codeOf(
      createPortalSession(billing, system, {
        customerId: ada.id,
        flow: 'CHANGE_PLAN',
        subscriptionId,
        offeredPriceIds: [business],
        ...input,
      }),
    );
  };

  it('is of one to ten prices of the subscription’s currency that are sold', async () => {
    expect(await create({})).toBe('done');
    expect(await create({ offeredPriceIds: null })).toBe('PRICES_REQUIRED');
    expect(await create({ offeredPriceIds: [] })).toBe('PRICES_REQUIRED');
    expect(await create({ offeredPriceIds: [business, business] })).toBe('PRICE_REPEATED');
    const many = await Promise.all(Array.from({ length: 11 }, (_, index) => price(BigInt(index))));
    expect(await create({ offeredPriceIds: many })).toBe('TOO_MANY_PRICES');
    expect(await create({ offeredPriceIds: many.slice(1) })).toBe('done');
    const dollars = await price(9900n, { currency: 'USD' });
    expect(await create({ offeredPriceIds: [business, dollars] })).toBe('CURRENCY_DIFFERS');
    const yearly = await price(99_000n, { interval: 'YEAR' });
    expect(await create({ offeredPriceIds: [yearly, business] })).toBe('done');
    const product = await createProduct(billing, system, { name: 'Setup' });
    const once = await createPrice(billing, system, {
      productId: product.id,
      currency: 'EUR',
      unitAmountMinor: 100n,
      type: 'ONE_TIME',
    });
    expect(await create({ offeredPriceIds: [once.id] })).toBe('PRICE_NOT_RECURRING');
    const other = await t.seed.merchant();
    const foreign = await planPrice(billing, other, 100n);
    expect(await create({ offeredPriceIds: [foreign] })).toBe('NOT_FOUND');
    const old = await price(5900n);
    await archivePrice(billing, system, { priceId: old });
    expect(await create({ offeredPriceIds: [old] })).toBe('PRICE_ARCHIVED');
    expect(await create({ offeredPriceIds: [team] })).toBe('NOTHING_CHANGES');
  });

  it('is of one subscription of the customer’s that may change', async () => {
    expect(await create({ subscriptionId: null })).toBe('SUBSCRIPTION_REQUIRED');
    const eve = await merchant.customer();
    expect(await create({ customerId: eve.id })).toBe('NOT_FOUND');
    const cancel = (when: 'NOW' | 'PERIOD_END') => (subscriptionId: string) =>
      cancelSubscription(billing, system, { subscriptionId, when });
    expect(await create({}, cancel('NOW'))).toBe('SUBSCRIPTION_ENDED');
    expect(await create({}, cancel('PERIOD_END'))).toBe('ALREADY_CANCELING');
    expect(
      await create({}, (subscriptionId) => pauseSubscription(billing, system, { subscriptionId })),
    ).toBe('SUBSCRIPTION_PAUSED');
    expect(
      await create({}, (subscriptionId) =>
        changeSubscription(billing, system, {
          subscriptionId,
          items: [{ priceId: team }, { priceId: starter }],
          when: 'NOW',
        }),
      ),
    ).toBe('SUBSCRIPTION_HAS_SEVERAL_ITEMS');
  });

  it('belongs to a session for changing the plan, and to no other', async () => {
    expect(await create({ flow: null })).toBe('SUBSCRIPTION_NOT_EXPECTED');
    expect(await create({ flow: 'CANCEL_SUBSCRIPTION' })).toBe('PRICES_NOT_EXPECTED');
    const { ada, viewer, preview } = await offered();
    expect([...viewer.grants]).toEqual(['PLAN_OFFER']);
    expect(await codeOf(preview(business))).toBe('done');
    const elsewhere = { ...(await ada.viewer()), grants: new Set(['PLAN_OFFER'] as const) };
    expect(await codeOf(preview(business, elsewhere))).toBe('PLAN_OFFER');
    expect(await codeOf(preview(business, { ...viewer, grants: new Set() }))).toBe('PLAN_OFFER');
  });

  it('needs none of the merchant’s four permissions', async () => {
    const closed = await t.seed.merchant({ permissions: [] });
    const ada = await closed.customer();
    const { id: subscriptionId } = await ada.subscription();
    await t.drain();
    const dear = await planPrice(billing, closed, 9900n);
    const session = await enterWithOffer(billing, closed, {
      customerId: ada.id,
      subscriptionId,
      offeredPriceIds: [dear],
    });
    const viewer = (await session.viewer())!;
    expect(viewer.permissions.size).toBe(0);
    const { quote } = await previewPlanChange(billing, viewer, { priceId: dear });
    expect((await changePlan(billing, viewer, { priceId: dear, quote })).when).toBe('NOW');
  });

  it('shows what is on offer, in its order, and what each is', async () => {
    const { viewer, preview, change } = await offered({ quantity: 3 });
    const shown = async () =>
      (await readPlanOffer(billing, viewer))!.plans.map((plan) => [
        plan.price.product.name,
        plan.quantity,
        plan.standing,
        plan.when,
      ]);
    expect(await shown()).toEqual([
      ['Starter', 3, 'OFFERED', 'PERIOD_END'],
      ['Team', 3, 'CURRENT', null],
      ['Business', 3, 'OFFERED', 'NOW'],
    ]);
    await change(starter, (await preview(starter)).quote);
    expect((await shown())[0]).toEqual(['Starter', 3, 'PLANNED', null]);
    expect(await readPlanOffer(billing, { ...viewer, grants: new Set() })).toBeNull();
  });

  it('says so where nothing can be chosen, as the subscription stands', async () => {
    const { subscriptionId, viewer } = await offered();
    const refusal = async () => (await readPlanOffer(billing, viewer))!.refusal;
    expect(await refusal()).toBeNull();
    await pauseSubscription(billing, system, { subscriptionId });
    expect(await refusal()).toBe('SUBSCRIPTION_PAUSED');
    await cancelSubscription(billing, system, { subscriptionId });
    expect(await refusal()).toBe('SUBSCRIPTION_ENDED');
  });

  it('loses a price whose product is deleted', async () => {
    const product = await createProduct(billing, system, { name: 'Never sold' });
    const { id: priceId } = await createPrice(billing, system, {
      productId: product.id,
      currency: 'EUR',
      unitAmountMinor: 100n,
      interval: 'MONTH',
      trialDays: 0,
    });
    const { viewer, preview } = await offered({ offered: [priceId, business] });
    await deleteProduct(billing, system, { productId: product.id });
    expect(await codeOf(preview(priceId))).toBe('NOT_FOUND');
    expect((await readPlanOffer(billing, viewer))!.plans).toHaveLength(1);
  });
});

describe('a dearer plan', () => {
  it('begins at once: the difference is charged as it was shown', async () => {
    const { ada, preview, change, items } = await offered({
      start: '2027-05-01T00:00:00Z',
      // 15.5 of May's 31 days are left: half of each.
      sent: '2027-05-16T12:00:00Z',
    });
    const shown = await preview(business);
    // Back: 49.00 / 2 = 24.50. To pay: 99.00 / 2 = 49.50. Net: 25.00.
    expect(shown).toMatchObject({ when: 'NOW', change: { dueMinor: 2500n } });
    expect(shown.paymentMethod).toMatchObject({ brand: 'visa' });
    // The customer looks for ten minutes; every second of them would be a little cheaper.
    t.clock.advance({ minutes: 10 });
    const changed = await change(business, shown.quote);
    expect(changed.when).toBe('NOW');
    expect(await items()).toEqual([{ priceId: business, quantity: 1 }]);
    await t.drain();
    expect((await ada.invoices())[1]).toMatchObject({
      id: changed.invoice!.id,
      status: 'PAID',
      totalMinor: 2500n,
    });
    expect((await ada.charges()).map(({ amountMinor }) => amountMinor)).toEqual([4900n, 2500n]);
    const payment = await billing.database.payment.findFirstOrThrow({
      where: { invoiceId: changed.invoice!.id },
    });
    expect(payment.trigger).toBe('CUSTOMER');
  });

  it('keeps the quantity', async () => {
    const { preview, change, items } = await offered({ quantity: 3 });
    await change(business, (await preview(business)).quote);
    expect(await items()).toEqual([{ priceId: business, quantity: 3 }]);
  });

  it('that cannot be charged stays, and the subscription is past due until it is paid', async () => {
    const { ada, preview, change, items, subscriptionId } = await offered();
    await ada.enterCard('visa_declines_on_charge');
    await change(business, (await preview(business)).quote);
    await t.drain();
    expect(await items()).toEqual([{ priceId: business, quantity: 1 }]);
    expect(await ada.subscriptions()).toMatchObject([{ id: subscriptionId, status: 'PAST_DUE' }]);
    expect(await ada.openInvoices()).toHaveLength(1);
    await ada.enterCard('visa');
    await t.drain();
    expect(await ada.subscriptions()).toMatchObject([{ status: 'ACTIVE' }]);
  });

  it('needs something to charge', async () => {
    const { ada, preview, change, items } = await offered({ start: '2027-06-01T00:00:00Z' });
    await billing.database.paymentMethod.updateMany({
      where: { customerId: ada.id },
      data: { isDefault: false, removedAt: t.clock.now() },
    });
    const shown = await preview(business);
    expect(shown.paymentMethod).toBeNull();
    expect(await codeOf(change(business, shown.quote))).toBe('NO_PAYMENT_METHOD');
    expect(await items()).toEqual([{ priceId: team, quantity: 1 }]);
    // What begins with the next period takes nothing now.
    expect(await codeOf(change(starter, (await preview(starter)).quote))).toBe('done');
  });

  it('waits until what is past due is paid', async () => {
    const { preview, subscriptionId } = await offered();
    await billing.database.subscription.update({
      where: { id: subscriptionId },
      data: { status: 'PAST_DUE' },
    });
    expect(await codeOf(preview(business))).toBe('SUBSCRIPTION_PAST_DUE');
    expect(await codeOf(preview(starter))).toBe('done');
  });
});

describe('a plan that costs less', () => {
  it('begins with the next period, which is all that it costs', async () => {
    const { ada, preview, change, items, planned } = await offered({
      start: '2027-07-01T00:00:00Z',
      sent: '2027-07-10T00:00:00Z',
    });
    const shown = await preview(starter);
    expect(shown).toMatchObject({
      when: 'PERIOD_END',
      paymentMethod: null,
      change: {
        dueMinor: 0n,
        lines: [],
        effectiveAt: new Date('2027-08-01T00:00:00Z'),
        nextPeriodTotalMinor: 1900n,
      },
    });
    const changed = await change(starter, shown.quote);
    expect(changed).toMatchObject({ when: 'PERIOD_END', invoice: null });
    expect(await items()).toEqual([{ priceId: team, quantity: 1 }]);
    expect(await planned()).toEqual([{ priceId: starter, quantity: 1 }]);
    t.clock.set('2027-08-01T00:00:00Z');
    await t.sweep();
    expect((await ada.charges()).map(({ amountMinor }) => amountMinor)).toEqual([4900n, 1900n]);
  });

  it('may be taken back within the session, and nowhere else', async () => {
    const { ada, preview, change, planned, subscriptionId, viewer, session } = await offered();
    const undo = (actor: CustomerViewer) =>
      codeOf(undoSubscriptionChange(billing, actor, { subscriptionId }));
    expect(await undo(viewer)).toBe('NO_CHANGE_PLANNED');
    await change(starter, (await preview(starter)).quote);
    expect(await undo(await ada.viewer())).toBe('PLAN_OFFER');
    expect(await undo(viewer)).toBe('done');
    expect(await planned()).toEqual([]);
    // Staff planned something that was not on offer.
    await changeSubscription(billing, system, {
      subscriptionId,
      items: [{ priceId: secret }],
      when: 'PERIOD_END',
    });
    expect(await undo(viewer)).toBe('PLAN_OFFER');
    await endPortalSession(billing, { sessionToken: session.sessionToken });
    expect(await undo(viewer)).toBe('PLAN_OFFER');
  });
});

describe('figures that are others by now', () => {
  it('are to be seen before they are confirmed', async () => {
    const { ada, subscriptionId, preview, change, items } = await offered({
      start: '2027-09-01T00:00:00Z',
      sent: '2027-09-10T00:00:00Z',
    });
    const outdated = async (priceId: string, alter: () => Promise<unknown> | unknown) => {
      const { quote } = await preview(priceId);
      await alter();
      expect(await codeOf(change(priceId, quote))).toBe('QUOTE_OUTDATED');
    };
    await outdated(business, () => t.clock.advance({ minutes: 16 }));
    // Another card would be charged.
    await outdated(business, () => ada.enterCard('mastercard'));
    // Something was planned meanwhile, and forgotten would be more than was shown.
    await outdated(business, () =>
      changeSubscription(billing, system, {
        subscriptionId,
        items: [{ priceId: starter }],
        when: 'PERIOD_END',
      }),
    );
    // There and back again: the same items, but not the same time paid for.
    await outdated(business, async () => {
      for (const priceId of [secret, team]) {
        const to = { subscriptionId, items: [{ priceId }], when: 'NOW' as const };
        await changeSubscription(billing, system, to);
        await t.drain();
      }
    });
    await outdated(business, () =>
      changeSubscription(billing, system, {
        subscriptionId,
        items: [{ priceId: team, quantity: 2 }],
        when: 'NOW',
      }).then(() => t.drain()),
    );
    expect(await items()).toEqual([{ priceId: team, quantity: 2 }]);
    const { quote } = await preview(business);
    expect(await codeOf(change(business, quote))).toBe('done');
  });

  it('are those of another plan, session or installation too', async () => {
    const [mine, theirs] = [await offered(), await offered()];
    const { quote } = await mine.preview(business);
    expect(await codeOf(mine.change(starter, quote))).toBe('QUOTE_OUTDATED');
    expect(await codeOf(theirs.change(business, quote))).toBe('QUOTE_OUTDATED');
    expect(await codeOf(mine.change(business, `${quote.slice(0, -1)}x`))).toBe('QUOTE_INVALID');
    expect(await codeOf(mine.change(business, ''))).toBe('QUOTE_INVALID');
  });

  it('are so too where the balance changes in the very moment', async () => {
    const { ada, preview, change, items } = await offered();
    const { quote } = await preview(business);
    const { id: customerId, row } = ada;
    let attempt: Promise<string> | undefined;
    await billing.database.$transaction(async (other) => {
      // Whoever takes a number takes balances; the change has been reckoned, and waits for that.
      await takeInvoiceNumber(other, merchant.id);
      attempt = codeOf(change(business, quote));
      const waits =
        'select from pg_stat_activity where wait_event_type = $1 and datname = current_database()';
      while ((await t.database.sql(waits, ['Lock'])).length === 0) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      await other.balanceEntry.create({
        data: {
          merchantId: row.merchantId,
          customerId,
          currency: 'EUR',
          amountMinor: 500n,
          reason: 'INVOICE_CANCELED',
        },
      });
    });
    expect(await attempt).toBe('QUOTE_OUTDATED');
    expect(await items()).toEqual([{ priceId: team, quantity: 1 }]);
    expect(await ada.invoices()).toHaveLength(1);
  });

  it('confirmed twice are done once', async () => {
    const { ada, preview, change } = await offered();
    const { quote } = await preview(business);
    const codes = await Promise.all(
      Array.from({ length: 4 }, () => codeOf(change(business, quote))),
    );
    expect(codes.sort()).toEqual(['NOTHING_CHANGES', 'NOTHING_CHANGES', 'NOTHING_CHANGES', 'done']);
    await t.drain();
    expect(await ada.invoices()).toHaveLength(2);
  });
});

describe('a customer', () => {
  it('may not have what is not on offer', async () => {
    const { preview, change, items } = await offered();
    const { quote } = await preview(business);
    expect(await codeOf(preview(secret))).toBe('NOT_FOUND');
    expect(await codeOf(change(secret, quote))).toBe('NOT_FOUND');
    expect(await codeOf(preview(team))).toBe('NOTHING_CHANGES');
    expect(await items()).toEqual([{ priceId: team, quantity: 1 }]);
  });

  it('may not have what is sold no more', async () => {
    const [gone, old] = [await price(5900n), await price(6900n)];
    const { viewer, preview, change } = await offered({ offered: [gone, old, business] });
    const quotes = [(await preview(gone)).quote, (await preview(old)).quote];
    await archivePrice(billing, system, { priceId: gone });
    const { productId } = await billing.database.price.findUniqueOrThrow({ where: { id: old } });
    await archiveProduct(billing, system, { productId });
    expect(await codeOf(change(gone, quotes[0]!))).toBe('PRICE_ARCHIVED');
    expect(await codeOf(change(old, quotes[1]!))).toBe('PRODUCT_ARCHIVED');
    expect((await readPlanOffer(billing, viewer))!.plans).toHaveLength(1);
  });

  it.each([
    ['paused', 'SUBSCRIPTION_PAUSED', pauseSubscription],
    ['being canceled', 'ALREADY_CANCELING', cancelSubscription],
    [
      'ended',
      'SUBSCRIPTION_ENDED',
      (...[on, by, { subscriptionId }]: Parameters<typeof pauseSubscription>) =>
        cancelSubscription(on, by, { subscriptionId, when: 'NOW' }),
    ],
  ] as const)('may not change a subscription that is %s', async (_state, code, arrange) => {
    const { subscriptionId, preview, change, items } = await offered();
    const quotes = [(await preview(business)).quote, (await preview(starter)).quote];
    await arrange(billing, system, { subscriptionId });
    expect(await codeOf(change(business, quotes[0]!))).toBe(code);
    expect(await codeOf(change(starter, quotes[1]!))).toBe(code);
    expect(await items()).toEqual([{ priceId: team, quantity: 1 }]);
  });

  it('may nothing once the session has ended', async () => {
    const { session, preview, change } = await offered();
    const { quote } = await preview(business);
    await endPortalSession(billing, { sessionToken: session.sessionToken });
    expect(await session.viewer()).toBeNull();
    expect(await codeOf(change(business, quote))).toBe('PLAN_OFFER');
    const other = await offered();
    t.clock.advance({ hours: 25 });
    expect(await other.session.viewer()).toBeNull();
    expect(await codeOf(other.preview(business))).toBe('PLAN_OFFER');
  });

  it('may not change what is another’s, whatever a row says', async () => {
    const [mine, theirs] = [await offered(), await offered()];
    const { planOfferId } = await billing.database.portalSession.findUniqueOrThrow({
      where: { id: theirs.viewer.portalSessionId },
    });
    await billing.database.portalSession.update({
      where: { id: mine.viewer.portalSessionId },
      data: { planOfferId },
    });
    expect(await codeOf(mine.preview(business))).toBe('PLAN_OFFER');
    expect(await readPlanOffer(billing, mine.viewer)).toBeNull();
  });

  it('is alone with it: others have their own ways', async () => {
    const { preview } = await offered();
    const { quote } = await preview(business);
    for (const actor of [
      await merchant.staff(),
      (await merchant.apiKey(['subscriptions:write'])).viewer,
    ]) {
      expect(await codeOf(changePlan(billing, actor, { priceId: business, quote }))).toMatch(
        /^NOT_FOR_/,
      );
    }
  });
});

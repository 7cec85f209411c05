/** What is sold: products and prices, edited, archived, deleted. */
import { archivePrice } from '@4geeks/billing/product/archive-price';
import { archiveProduct } from '@4geeks/billing/product/archive-product';
import { createPrice, type CreatePriceInput } from '@4geeks/billing/product/create-price';
import { createProduct } from '@4geeks/billing/product/create-product';
import { deleteProduct } from '@4geeks/billing/product/delete-product';
import { unarchivePrice } from '@4geeks/billing/product/unarchive-price';
import { unarchiveProduct } from '@4geeks/billing/product/unarchive-product';
import { updatePrice } from '@4geeks/billing/product/update-price';
import { updateProduct } from '@4geeks/billing/product/update-product';
import { cancelSubscription } from '@4geeks/billing/subscription/cancel-subscription';
import { changeSubscription } from '@4geeks/billing/subscription/change-subscription';
import { createSubscription } from '@4geeks/billing/subscription/create-subscription';
import { resubscribe } from '@4geeks/billing/subscription/resubscribe';
import { describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';

const t = await testBilling();
const merchant = await t.seed.merchant();
const stranger = (await t.seed.merchant()).system;
const { system } = merchant;
const { database } = t.billing;
const unknown = '00000000-0000-7000-8000-000000000000';

const product = (name = 'Team') => createProduct(t.billing, system, { name });

async function price(options: Partial<CreatePriceInput> = {}) {
  return createPrice(t.billing, system, {
    productId: options.productId ?? (await product()).id,
    currency: 'EUR',
    unitAmountMinor: 4900n,
    interval: 'MONTH',
    ...options,
  });
}

async function eventsOf(objectId: string): Promise<string[]> {
  const events = await database.event.findMany({
    where: { objectId },
    orderBy: { sequence: 'asc' },
  });
  return events.map(({ type }) => type);
}

const refused = (asking: Promise<unknown>, code: string) =>
  expect(asking).rejects.toMatchObject({ code });
const invalid = (asking: Promise<unknown>, field: string, reason: string) =>
  expect(asking).rejects.toMatchObject({ facts: { field, reason } });

describe('a product', () => {
  it('is called what it is in every language, and may be called otherwise', async () => {
    const { id: productId } = await createProduct(t.billing, system, {
      name: ' Team ',
      description: ' For teams. ',
      translations: [
        { locale: 'de', name: 'Mannschaft' },
        { locale: 'es', name: ' Equipo ', description: 'Para equipos.' },
      ],
    });
    const read = () =>
      database.product.findUniqueOrThrow({
        where: { id: productId },
        include: { translations: { orderBy: { locale: 'asc' } } },
      });
    expect(await read()).toMatchObject({
      name: 'Team',
      description: 'For teams.',
      translations: [
        { locale: 'es', name: 'Equipo', description: 'Para equipos.' },
        { locale: 'de', name: 'Mannschaft', description: '' },
      ],
    });
    const german = await merchant.customer({ locale: 'de' });
    const { id: priceId } = await price({ productId });
    const order = { customerId: german.id, items: [{ priceId }] };
    await createSubscription(t.billing, system, order);

    await updateProduct(t.billing, system, { productId, name: 'Crew' });
    expect(await read()).toMatchObject({ name: 'Crew', description: 'For teams.' });
    expect((await read()).translations).toHaveLength(2);
    await updateProduct(t.billing, system, {
      productId,
      description: '',
      translations: [{ locale: 'de', name: 'Crew (deutsch)' }],
    });
    expect(await read()).toMatchObject({
      name: 'Crew',
      description: '',
      translations: [{ locale: 'de', name: 'Crew (deutsch)' }],
    });
    await createSubscription(t.billing, system, order);
    // What was issued before keeps its name.
    const lines = await database.invoiceLine.findMany({
      where: { priceId },
      orderBy: { id: 'asc' },
    });
    expect(lines.map(({ description }) => description)).toEqual(['Mannschaft', 'Crew (deutsch)']);
    expect(await eventsOf(productId)).toEqual([
      'product.created',
      'product.updated',
      'product.updated',
    ]);
  });

  it('needs a name, of a sensible length, and each language once', async () => {
    const { id: productId } = await product();
    for (const change of [
      (input: object) => createProduct(t.billing, system, { name: 'x', ...input }),
      (input: object) => updateProduct(t.billing, system, { productId, ...input }),
    ]) {
      await invalid(change({ name: '  ' }), 'name', 'NAME_REQUIRED');
      await invalid(change({ name: 'x'.repeat(201) }), 'name', 'TOO_LONG');
      await invalid(change({ description: 'x'.repeat(2001) }), 'description', 'TOO_LONG');
      const de = { locale: 'de', name: 'x' };
      await invalid(change({ translations: [de, de] }), 'translations', 'LOCALE_REPEATED');
      await invalid(
        change({ translations: [{ ...de, name: ' ' }] }),
        'translations',
        'NAME_REQUIRED',
      );
    }
    expect(await eventsOf(productId)).toEqual(['product.created']);
  });

  it('never sold is deleted with its prices; one that was is not', async () => {
    const { id: productId } = await product();
    const { id: priceId } = await price({ productId });
    await deleteProduct(t.billing, system, { productId });
    expect(await database.product.findUnique({ where: { id: productId } })).toBeNull();
    expect(await database.price.findUnique({ where: { id: priceId } })).toBeNull();
    expect(await eventsOf(productId)).toEqual(['product.created', 'product.deleted']);
    await refused(deleteProduct(t.billing, system, { productId }), 'NOT_FOUND');

    const ada = await merchant.customer();
    const { id } = await ada.subscription();
    const item = await database.subscriptionItem.findFirstOrThrow({
      where: { subscriptionId: id },
      include: { price: true },
    });
    const sold = { productId: item.price.productId };
    await refused(deleteProduct(t.billing, system, sold), 'PRODUCT_IN_USE');
    expect(await database.price.findUnique({ where: { id: item.priceId } })).not.toBeNull();
  });

  it('chosen while it is deleted is either sold or gone', async () => {
    const ada = await merchant.customer();
    for (let turn = 0; turn < 5; turn += 1) {
      const { id: productId } = await product();
      const { id: priceId } = await price({ productId });
      const [sale, deletion] = await Promise.allSettled([
        createSubscription(t.billing, system, { customerId: ada.id, items: [{ priceId }] }),
        deleteProduct(t.billing, system, { productId }),
      ]);
      expect([sale.status, deletion.status].sort()).toEqual(['fulfilled', 'rejected']);
      const left = await database.price.count({ where: { id: priceId } });
      expect(left).toBe(sale.status === 'fulfilled' ? 1 : 0);
    }
  });
});

describe('a price', () => {
  it.each([
    ['DAY', 10],
    ['WEEK', 2],
    ['MONTH', 3],
    ['YEAR', 1000],
  ] as const)('recurs every %s, and every %i', async (interval, intervalCount) => {
    expect(await price({ interval })).toMatchObject({
      type: 'RECURRING',
      interval,
      intervalCount: 1,
      trialDays: 0,
      nickname: null,
    });
    expect(
      await price({ interval, intervalCount, trialDays: 14, nickname: ' Early birds ' }),
    ).toMatchObject({ intervalCount, trialDays: 14, nickname: 'Early birds' });
  });

  it('is paid once, in currencies with 0, 2 and 3 decimals', async () => {
    for (const currency of ['JPY', 'USD', 'KWD']) {
      expect(await price({ type: 'ONE_TIME', interval: null, currency })).toMatchObject({
        type: 'ONE_TIME',
        interval: null,
        intervalCount: null,
        trialDays: 0,
        currency,
      });
    }
  });

  it('is refused where its terms make no sense', async () => {
    const { id: productId } = await product();
    const cases: [Partial<CreatePriceInput>, string, string][] = [
      [{ currency: 'EU' }, 'currency', 'CURRENCY_INVALID'],
      [{ currency: 'eur' }, 'currency', 'CURRENCY_INVALID'],
      [{ currency: 'ZZZ' }, 'currency', 'CURRENCY_INVALID'],
      [{ unitAmountMinor: -1n }, 'unitAmountMinor', 'AMOUNT_NEGATIVE'],
      [{ unitAmountMinor: 10n ** 15n }, 'unitAmountMinor', 'AMOUNT_TOO_LARGE'],
      [{ interval: null }, 'interval', 'INTERVAL_REQUIRED'],
      [{ intervalCount: 0 }, 'intervalCount', 'INTERVAL_COUNT_INVALID'],
      [{ intervalCount: 1.5 }, 'intervalCount', 'INTERVAL_COUNT_INVALID'],
      [{ intervalCount: 1001 }, 'intervalCount', 'INTERVAL_COUNT_INVALID'],
      [{ trialDays: -1 }, 'trialDays', 'TRIAL_INVALID'],
      [{ trialDays: 731 }, 'trialDays', 'TRIAL_INVALID'],
      [{ type: 'ONE_TIME' }, 'type', 'NOT_RECURRING'],
      [{ type: 'ONE_TIME', interval: null, trialDays: 3 }, 'type', 'NOT_RECURRING'],
      [{ nickname: 'x'.repeat(101) }, 'nickname', 'TOO_LONG'],
    ];
    for (const [change, field, reason] of cases) {
      await invalid(price({ productId, ...change }), field, reason);
    }
    expect(await database.price.count({ where: { productId } })).toBe(0);
    expect(await price({ productId, unitAmountMinor: 10n ** 15n - 1n })).toBeDefined();
    await refused(price({ productId: unknown }), 'NOT_FOUND');
  });

  it('changes nothing but its nickname', async () => {
    const before = await price({ nickname: 'Old' });
    const named = await updatePrice(t.billing, system, { priceId: before.id, nickname: 'New' });
    expect(named).toEqual({ ...before, nickname: 'New' });
    const bare = await updatePrice(t.billing, system, { priceId: before.id, nickname: ' ' });
    expect(bare).toEqual({ ...before, nickname: null });
    expect(await eventsOf(before.id)).toEqual(['price.created', 'price.updated', 'price.updated']);
  });
});

describe('archiving', () => {
  it.each(['PRICE_ARCHIVED', 'PRODUCT_ARCHIVED'])(
    'refuses what is new with %s, while what was begun goes on',
    async (code) => {
      const { id: productId } = await product();
      const { id: priceId } = await price({ productId });
      const { id: otherId } = await price();
      const archive = () =>
        code === 'PRICE_ARCHIVED'
          ? archivePrice(t.billing, system, { priceId })
          : archiveProduct(t.billing, system, { productId });
      const unarchive = () =>
        code === 'PRICE_ARCHIVED'
          ? unarchivePrice(t.billing, system, { priceId })
          : unarchiveProduct(t.billing, system, { productId });
      const ada = await merchant.customer();
      const order = { customerId: ada.id, items: [{ priceId, quantity: 2 }] };
      const subscribe = () => createSubscription(t.billing, system, order);
      const { id: subscriptionId } = await subscribe();
      const { id: endedId } = await subscribe();
      const { id: otherSubscriptionId } = await createSubscription(t.billing, system, {
        customerId: ada.id,
        items: [{ priceId: otherId }],
      });
      await t.drain();
      await cancelSubscription(t.billing, system, { subscriptionId: endedId, when: 'NOW' });

      const archived = await archive();
      expect(archived.archivedAt).toEqual(t.clock.now());
      t.clock.advance({ minutes: 1 });
      // Again: nothing happens.
      expect((await archive()).archivedAt).toEqual(archived.archivedAt);
      await refused(subscribe(), code);
      await refused(resubscribe(t.billing, system, { subscriptionId: endedId }), code);
      const items = [{ priceId }];
      for (const when of ['NOW', 'PERIOD_END'] as const) {
        const change = { subscriptionId: otherSubscriptionId, items, when };
        await refused(changeSubscription(t.billing, system, change), code);
      }
      // Who has it keeps it, in any quantity.
      await changeSubscription(t.billing, system, {
        subscriptionId,
        items: [{ priceId, quantity: 3 }],
        when: 'PERIOD_END',
      });
      await t.travel({ days: 31 });
      expect((await ada.invoices()).filter((one) => one.subscriptionId === subscriptionId).at(-1))
        // 3 x 49.00
        .toMatchObject({ status: 'PAID', totalMinor: 14_700n });

      await unarchive();
      expect((await unarchive()).archivedAt).toBeNull();
      await subscribe();
      await t.drain();
      const noun = code === 'PRICE_ARCHIVED' ? 'price' : 'product';
      expect(await eventsOf(noun === 'price' ? priceId : productId)).toEqual([
        `${noun}.created`,
        `${noun}.archived`,
        `${noun}.unarchived`,
      ]);
    },
  );

  it('a product takes no new prices, and leaves its archived ones so', async () => {
    const { id: productId } = await product();
    const { id: priceId } = await price({ productId });
    await archivePrice(t.billing, system, { priceId });
    await archiveProduct(t.billing, system, { productId });
    await refused(price({ productId }), 'PRODUCT_ARCHIVED');
    await unarchivePrice(t.billing, system, { priceId });
    const ada = await merchant.customer();
    const subscribe = () =>
      createSubscription(t.billing, system, { customerId: ada.id, items: [{ priceId }] });
    await refused(subscribe(), 'PRODUCT_ARCHIVED');
    await archivePrice(t.billing, system, { priceId });
    await unarchiveProduct(t.billing, system, { productId });
    await refused(subscribe(), 'PRICE_ARCHIVED');
  });
});

it('belongs to its merchant alone', async () => {
  const { id: productId } = await product();
  const { id: priceId } = await price({ productId });
  const asks: ((who: typeof stranger, of: string) => Promise<unknown>)[] = [
    (who, id) => updateProduct(t.billing, who, { productId: id === unknown ? id : productId }),
    (who, id) => archiveProduct(t.billing, who, { productId: id === unknown ? id : productId }),
    (who, id) => unarchiveProduct(t.billing, who, { productId: id === unknown ? id : productId }),
    (who, id) => deleteProduct(t.billing, who, { productId: id === unknown ? id : productId }),
    (who, id) => updatePrice(t.billing, who, { priceId: id, nickname: 'x' }),
    (who, id) => archivePrice(t.billing, who, { priceId: id }),
    (who, id) => unarchivePrice(t.billing, who, { priceId: id }),
  ];
  for (const ask of asks) {
    await refused(ask(stranger, priceId), 'NOT_FOUND');
    await refused(ask(system, unknown), 'NOT_FOUND');
  }
  expect(await database.price.findUnique({ where: { id: priceId } })).toMatchObject({
    nickname: null,
    archivedAt: null,
  });
});

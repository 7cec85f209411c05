/** Tax on what is billed: whose, how much, and who owes none. */
import { creditInvoice } from '@4geeks/billing/credit-note/credit-invoice';
import { updateCustomer } from '@4geeks/billing/customer/update-customer';
import { addInvoiceLine } from '@4geeks/billing/invoice/add-invoice-line';
import { createInvoice } from '@4geeks/billing/invoice/create-invoice';
import { finalizeInvoice } from '@4geeks/billing/invoice/finalize-invoice';
import { updateInvoice } from '@4geeks/billing/invoice/update-invoice';
import { updateInvoiceLine } from '@4geeks/billing/invoice/update-invoice-line';
import type { TaxableInvoice } from '@4geeks/billing/ports';
import { createPrice } from '@4geeks/billing/product/create-price';
import { createProduct } from '@4geeks/billing/product/create-product';
import { setPriceTaxRate } from '@4geeks/billing/product/set-price-tax-rate';
import { cancelSubscription } from '@4geeks/billing/subscription/cancel-subscription';
import { changeSubscription } from '@4geeks/billing/subscription/change-subscription';
import { createSubscription } from '@4geeks/billing/subscription/create-subscription';
import { previewSubscription } from '@4geeks/billing/subscription/preview-subscription';
import { previewSubscriptionChange } from '@4geeks/billing/subscription/preview-subscription-change';
import { archiveTaxRate } from '@4geeks/billing/tax/archive-tax-rate';
import { createTaxRate, type CreateTaxRateInput } from '@4geeks/billing/tax/create-tax-rate';
import { setDefaultTaxRate } from '@4geeks/billing/tax/set-default-tax-rate';
import { updateTaxRate } from '@4geeks/billing/tax/update-tax-rate';
import type { TaxExemption } from '@4geeks/prisma';
import { afterEach, describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import type { SeededCustomer, SeededMerchant } from '../testkit/seed.ts';

const t = await testBilling({ start: '2027-04-01T00:00:00Z' });

const rate = (merchant: SeededMerchant, input: Partial<CreateTaxRateInput> = {}) =>
  createTaxRate(t.billing, merchant.system, {
    name: 'IVA',
    ratePpm: 210_000,
    inclusive: false,
    ...input,
  });

/** A merchant that taxes everything by `input`. */
async function taxing(input: Partial<CreateTaxRateInput> = {}) {
  const merchant = await t.seed.merchant();
  const taxRate = await rate(merchant, input);
  await setDefaultTaxRate(t.billing, merchant.system, { taxRateId: taxRate.id });
  const { id: productId } = await createProduct(t.billing, merchant.system, { name: 'Team' });
  const price = async (
    unitAmountMinor: bigint,
    taxRateId: string | null = null,
    currency = 'EUR',
  ) =>
    (
      await createPrice(t.billing, merchant.system, {
        productId,
        currency,
        unitAmountMinor,
        interval: 'MONTH',
        taxRateId,
      })
    ).id;
  const subscribe = async (customer: SeededCustomer, ...priceIds: string[]) => {
    const { id } = await createSubscription(t.billing, merchant.system, {
      customerId: customer.id,
      items: priceIds.map((priceId) => ({ priceId })),
    });
    await t.drain();
    return id;
  };
  return { merchant, taxRate, price, subscribe };
}

// The clock only travels on: what is left would renew through every year of the next test.
afterEach(async () => {
  const left = await t.billing.database.subscription.findMany({ where: { endedAt: null } });
  for (const { id: subscriptionId, merchantId } of left) {
    const system = { kind: 'system', merchantId } as const;
    await cancelSubscription(t.billing, system, { subscriptionId, when: 'NOW' });
  }
});

const linesOf = (invoiceId: string) =>
  t.billing.database.invoiceLine.findMany({ where: { invoiceId }, orderBy: { position: 'asc' } });

describe('an invoice is taxed', () => {
  it('by the default, by the rate of its price, and in currencies without decimals', async () => {
    const { merchant, taxRate, price, subscribe } = await taxing();
    const reduced = await rate(merchant, { ratePpm: 100_000, name: 'IVA reducido' });
    const none = await rate(merchant, { ratePpm: 0, name: 'IVA 0' });
    const ada = await merchant.customer();
    await subscribe(
      ada,
      await price(4900n),
      await price(1995n, reduced.id),
      await price(1000n, none.id),
    );
    const [invoice] = await ada.invoices();
    // 21 % of 49.00 is 10.29; 10 % of 19.95 is 1.995, half-up 2.00; nothing of 10.00.
    expect(invoice).toMatchObject({
      status: 'PAID',
      subtotalMinor: 7895n,
      taxMinor: 1229n,
      taxIncludedMinor: 0n,
      totalMinor: 9124n,
      amountPaidMinor: 9124n,
    });
    expect(await linesOf(invoice!.id)).toMatchObject([
      { taxRateId: taxRate.id, taxName: 'IVA', taxRatePpm: 210_000, taxMinor: 1029n },
      { taxRateId: reduced.id, taxName: 'IVA reducido', taxMinor: 200n },
      { taxRateId: none.id, taxRatePpm: 0, taxMinor: 0n },
    ]);
    expect((await ada.charges()).map(({ amountMinor }) => amountMinor)).toEqual([9124n]);

    const yuki = await merchant.customer();
    await subscribe(yuki, await price(1050n, reduced.id, 'JPY'));
    // 10 % of 1050 yen is 105.
    expect(await yuki.invoices()).toMatchObject([{ taxMinor: 105n, totalMinor: 1155n }]);
  });

  it('within the price, where the price contains it', async () => {
    const { merchant, price, subscribe } = await taxing({ inclusive: true });
    const ada = await merchant.customer();
    await subscribe(ada, await price(4900n));
    // 49.00 / 1.21 is 40.4959: 40.50 net, 8.50 tax.
    expect(await ada.invoices()).toMatchObject([
      { subtotalMinor: 4900n, taxMinor: 850n, taxIncludedMinor: 850n, totalMinor: 4900n },
    ]);
  });

  it.each(['EXEMPT', 'REVERSE_CHARGE'] satisfies TaxExemption[])(
    'not for a customer who is %s, from the next invoice on',
    async (taxExemption) => {
      const { merchant, price, subscribe } = await taxing();
      const ada = await merchant.customer();
      await subscribe(ada, await price(4900n));
      await updateCustomer(t.billing, merchant.system, {
        customerId: ada.id,
        taxExemption,
        taxId: 'PT123456789',
        country: 'PT',
      });
      await t.travel({ days: 31 });
      const [before, after] = await ada.invoices();
      expect(before).toMatchObject({ taxMinor: 1029n, taxExemption: 'NONE', customerTaxId: null });
      expect(after).toMatchObject({
        taxMinor: 0n,
        totalMinor: 4900n,
        taxExemption,
        customerTaxId: 'PT123456789',
      });
      expect(await linesOf(after!.id)).toMatchObject([{ taxRateId: null, taxName: null }]);
    },
  );

  it('by what holds when it is issued: another default, another rate of the price', async () => {
    const { merchant, price, subscribe } = await taxing();
    const ada = await merchant.customer();
    const priceId = await price(10_000n);
    await subscribe(ada, priceId);
    const raised = await rate(merchant, { ratePpm: 230_000 });
    await setDefaultTaxRate(t.billing, merchant.system, { taxRateId: raised.id });
    await t.travel({ days: 31 });
    const special = await rate(merchant, { ratePpm: 88_750, name: 'Sales tax' });
    await setPriceTaxRate(t.billing, merchant.system, { priceId, taxRateId: special.id });
    await t.travel({ days: 31 });
    await setPriceTaxRate(t.billing, merchant.system, { priceId, taxRateId: null });
    await setDefaultTaxRate(t.billing, merchant.system, { taxRateId: null });
    await t.travel({ days: 31 });
    expect((await ada.invoices()).map(({ taxMinor }) => taxMinor)).toEqual([
      2100n,
      2300n,
      888n,
      0n,
    ]);
  });

  it('as previewed', async () => {
    const { merchant, price } = await taxing();
    const ada = await merchant.customer();
    expect(
      await previewSubscription(t.billing, merchant.system, {
        customerId: ada.id,
        items: [{ priceId: await price(4900n), quantity: 2 }],
      }),
    ).toMatchObject({ subtotalMinor: 9800n, taxMinor: 2058n, totalMinor: 11_858n });
    expect(await ada.invoices()).toEqual([]);
  });
});

describe('a change within the period', () => {
  it('credits and charges with tax, as previewed', async () => {
    t.clock.set('2028-04-01T00:00:00Z');
    const { merchant, price, subscribe } = await taxing();
    const ada = await merchant.customer();
    const [team, business] = [await price(4900n), await price(9900n)];
    const subscriptionId = await subscribe(ada, team);
    t.clock.set('2028-04-16T00:00:00Z');
    const change = (priceId: string) =>
      ({ subscriptionId, items: [{ priceId }], when: 'NOW' }) as const;
    // Half of April is left. Back: 24.50 and 5.15 (5.145). To pay: 49.50 and 10.40 (10.395).
    // Net: 25.00 + 5.25 = 30.25.
    expect(
      await previewSubscriptionChange(t.billing, merchant.system, change(business)),
    ).toMatchObject({
      netMinor: 3025n,
      dueMinor: 3025n,
      totals: { subtotalMinor: 2500n, taxMinor: 525n },
      periodAmountMinor: 9900n,
      nextPeriodTotalMinor: 11_979n,
    });
    await changeSubscription(t.billing, merchant.system, change(business));
    await t.drain();
    const invoice = (await ada.invoices())[1]!;
    expect(invoice).toMatchObject({ status: 'PAID', totalMinor: 3025n, taxMinor: 525n });
    expect(await linesOf(invoice.id)).toMatchObject([
      { amountMinor: -2450n, taxMinor: -515n, proration: true },
      { amountMinor: 4950n, taxMinor: 1040n },
    ]);

    // Changed back in the same second, exactly what was charged is owed, tax included.
    await changeSubscription(t.billing, merchant.system, change(team));
    const entries = await t.billing.database.balanceEntry.findMany({
      where: { customerId: ada.id },
    });
    expect(entries).toMatchObject([{ amountMinor: 3025n, taxMinor: 525n, reason: 'PRORATION' }]);
  });

  it('gives back the tax that was charged, whatever the rate is now', async () => {
    t.clock.set('2028-06-01T00:00:00Z');
    const { merchant, price, subscribe } = await taxing();
    const ada = await merchant.customer();
    const [team, business] = [await price(5000n), await price(10_000n)];
    const subscriptionId = await subscribe(ada, business);
    const raised = await rate(merchant, { ratePpm: 250_000 });
    await setDefaultTaxRate(t.billing, merchant.system, { taxRateId: raised.id });
    t.clock.set('2028-06-16T00:00:00Z');
    // Back: 50.00 and 21 %: 60.50. To pay: 25.00 and 25 %: 31.25. Owed: 29.25.
    await changeSubscription(t.billing, merchant.system, {
      subscriptionId,
      items: [{ priceId: team }],
      when: 'NOW',
    });
    const [entry] = await t.billing.database.balanceEntry.findMany({
      where: { customerId: ada.id },
    });
    expect(entry).toMatchObject({ amountMinor: 2925n, taxMinor: 425n });
  });
});

describe('a draft', () => {
  it('is taxed line by line: by the default, by a rate of its own, or not', async () => {
    const { merchant, taxRate } = await taxing();
    const included = await rate(merchant, { ratePpm: 100_000, inclusive: true, name: 'Included' });
    const ada = await merchant.customer();
    const { id: invoiceId } = await createInvoice(t.billing, merchant.system, {
      customerId: ada.id,
    });
    const line = { invoiceId, description: 'Work', quantity: 1, unitAmountMinor: 10_000n };
    await addInvoiceLine(t.billing, merchant.system, line);
    await addInvoiceLine(t.billing, merchant.system, { ...line, taxRateId: included.id });
    const filled = await addInvoiceLine(t.billing, merchant.system, { ...line, taxRateId: null });
    // 100.00 + 21.00; 100.00 with 9.09 in it; 100.00.
    expect(filled).toMatchObject({
      subtotalMinor: 30_000n,
      taxMinor: 3009n,
      taxIncludedMinor: 909n,
      totalMinor: 32_100n,
    });
    const untaxed = (await linesOf(invoiceId))[2]!;
    const changed = await updateInvoiceLine(t.billing, merchant.system, {
      invoiceLineId: untaxed.id,
      quantity: 2,
      taxRateId: taxRate.id,
    });
    expect(changed).toMatchObject({ subtotalMinor: 40_000n, totalMinor: 32_100n + 14_200n });

    // Exempt until it is finalized: the rates chosen are only forgotten then.
    const exempt = { customerId: ada.id, taxExemption: 'EXEMPT' } as const;
    await updateCustomer(t.billing, merchant.system, exempt);
    await updateInvoiceLine(t.billing, merchant.system, { invoiceLineId: untaxed.id, quantity: 1 });
    expect(await linesOf(invoiceId)).toMatchObject([
      { taxRateId: taxRate.id, taxMinor: 0n },
      { taxRateId: included.id, taxMinor: 0n, taxInclusive: false },
      { taxRateId: taxRate.id },
    ]);
    await updateCustomer(t.billing, merchant.system, { ...exempt, taxExemption: 'NONE' });
    const invoice = await finalizeInvoice(t.billing, merchant.system, { invoiceId });
    expect(invoice).toMatchObject({ totalMinor: 12_100n + 10_000n + 12_100n, status: 'OPEN' });
    await t.drain();
  });

  it('says memo and footer, and is due when it was decided', async () => {
    const { merchant } = await taxing();
    const ada = await merchant.customer();
    const { id: invoiceId } = await createInvoice(t.billing, merchant.system, {
      customerId: ada.id,
      memo: 'Order 7',
      footer: 'Thank you',
    });
    const change = (input: object) =>
      updateInvoice(t.billing, merchant.system, { invoiceId, ...input });
    expect(await change({ dueDays: 14 })).toMatchObject({ memo: 'Order 7', footer: 'Thank you' });
    expect(await change({ memo: null, footer: ' Bank: … ' })).toMatchObject({
      memo: null,
      footer: 'Bank: …',
      dueDays: 14,
    });
    await expect(change({ dueDays: 366 })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await addInvoiceLine(t.billing, merchant.system, {
      invoiceId,
      description: 'Work',
      quantity: 1,
      unitAmountMinor: 100n,
    });
    const { dueAt } = await finalizeInvoice(t.billing, merchant.system, { invoiceId });
    expect(dueAt!.getTime() - t.clock.now().getTime()).toBe(14 * 86_400_000);
    await expect(change({ memo: 'x' })).rejects.toMatchObject({ code: 'INVOICE_NOT_DRAFT' });
    await t.drain();
  });
});

it('a credit note holds its share of the tax, and all of them together the whole', async () => {
  const { merchant, price, subscribe } = await taxing({ ratePpm: 88_750 });
  const ada = await merchant.customer();
  await subscribe(ada, await price(999n));
  const [invoice] = await ada.invoices();
  // 8.875 % of 9.99 is 0.8866: 10.88 in all.
  expect(invoice).toMatchObject({ taxMinor: 89n, totalMinor: 1088n });
  const taxes: bigint[] = [];
  for (const amountMinor of [333n, 333n, 422n]) {
    const note = await creditInvoice(t.billing, merchant.system, {
      invoiceId: invoice!.id,
      amountMinor,
      reason: 'Downtime',
    });
    taxes.push(note.taxMinor);
    await t.drain();
  }
  expect(taxes).toEqual([27n, 27n, 35n]);
});

describe('tax rates', () => {
  it('are renamed and archived; what has them goes on', async () => {
    const { merchant, taxRate, price, subscribe } = await taxing();
    const own = await rate(merchant, { ratePpm: 100_000 });
    const ada = await merchant.customer();
    await subscribe(ada, await price(1000n, own.id));
    expect(
      await updateTaxRate(t.billing, merchant.system, { taxRateId: own.id, name: ' Reduced ' }),
    ).toMatchObject({ name: 'Reduced', ratePpm: 100_000 });
    const archive = (taxRateId: string) =>
      archiveTaxRate(t.billing, merchant.system, { taxRateId });
    await archive(own.id);
    await expect(archive(own.id)).rejects.toMatchObject({ code: 'ALREADY_ARCHIVED' });
    await expect(archive(taxRate.id)).rejects.toMatchObject({ code: 'TAX_RATE_IS_DEFAULT' });
    await t.travel({ days: 31 });
    const [first, second] = await ada.invoices();
    expect(await linesOf(first!.id)).toMatchObject([{ taxName: 'IVA', taxMinor: 100n }]);
    expect(await linesOf(second!.id)).toMatchObject([{ taxName: 'Reduced', taxMinor: 100n }]);
    // Nobody chooses it any more.
    await expect(price(1000n, own.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(
      setDefaultTaxRate(t.billing, merchant.system, { taxRateId: own.id }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('are refused where they make no sense, and are of one merchant', async () => {
    const { merchant, taxRate } = await taxing();
    const bad = (input: Partial<CreateTaxRateInput>) => expect(rate(merchant, input)).rejects;
    await bad({ name: ' ' }).toMatchObject({ facts: { reason: 'NAME_INVALID' } });
    await bad({ ratePpm: 1_000_001 }).toMatchObject({ facts: { reason: 'RATE_INVALID' } });
    await bad({ ratePpm: 1.5 }).toMatchObject({ facts: { reason: 'RATE_INVALID' } });
    await bad({ country: 'es' }).toMatchObject({ facts: { reason: 'COUNTRY_INVALID' } });
    await bad({ region: 'CA' }).toMatchObject({ facts: { reason: 'REGION_INVALID' } });
    const stranger = await (await t.seed.merchant()).staff();
    const notTheirs = { code: 'NOT_FOUND' };
    const { id: taxRateId } = taxRate;
    for (const attempt of [
      () => archiveTaxRate(t.billing, stranger, { taxRateId }),
      () => updateTaxRate(t.billing, stranger, { taxRateId, name: 'x' }),
      () => setDefaultTaxRate(t.billing, stranger, { taxRateId }),
    ]) {
      await expect(attempt()).rejects.toMatchObject(notTheirs);
    }
  });

  it('has one default, whoever else decides at the same time', async () => {
    const { merchant } = await taxing();
    const rates = await Promise.all([rate(merchant), rate(merchant), rate(merchant)]);
    await Promise.all(
      rates.map(({ id }) => setDefaultTaxRate(t.billing, merchant.system, { taxRateId: id })),
    );
    const defaults = await t.billing.database.taxRate.count({
      where: { merchantId: merchant.id, isDefault: true },
    });
    expect(defaults).toBe(1);
  });
});

it('a tax provider decides instead, and learns what it needs and no more', async () => {
  const merchant = await t.seed.merchant();
  const asked: TaxableInvoice[] = [];
  const billing = {
    ...t.billing,
    tax: {
      taxOf: (invoices: readonly TaxableInvoice[]) => {
        asked.push(...invoices);
        const tax = { taxRateId: null, name: 'State + city', ratePpm: 88_750, inclusive: false };
        return Promise.resolve(
          invoices.map(({ lines }) => lines.map(() => ({ ...tax, taxMinor: 7n }))),
        );
      },
    },
  };
  const ada = await merchant.customer({ address: 'Broadway 1' });
  const { id: productId } = await createProduct(billing, merchant.system, { name: 'Team' });
  const { id: priceId } = await createPrice(billing, merchant.system, {
    productId,
    currency: 'USD',
    unitAmountMinor: 100n,
    interval: 'MONTH',
  });
  await createSubscription(billing, merchant.system, { customerId: ada.id, items: [{ priceId }] });
  await t.drain();
  const [invoice] = await ada.invoices();
  expect(invoice).toMatchObject({ taxMinor: 7n, totalMinor: 107n, status: 'PAID' });
  expect(await linesOf(invoice!.id)).toMatchObject([
    { taxRateId: null, taxName: 'State + city', taxRatePpm: 88_750 },
  ]);
  expect(asked).toEqual([
    {
      merchantId: merchant.id,
      currency: 'USD',
      at: expect.any(Date),
      customer: {
        id: ada.id,
        country: null,
        address: 'Broadway 1',
        taxId: null,
        taxExemption: 'NONE',
      },
      lines: [{ priceId, description: 'Team', quantity: 1, amountMinor: 100n, ownRate: null }],
    },
  ]);
});

/** Tax rates, coupons and what invoices show of them, over the API and on the document. */
import { extractText, getDocumentProxy } from 'unpdf';
import { expect, it } from 'vitest';

import { globalId, testApi } from '../testkit/api.ts';
import type { Data } from '../testkit/graphql-client.ts';

const api = await testApi();
const merchant = await api.seed.merchant();
const ada = await merchant.customer();
const staff = await api.staff(merchant);
const money = `{ amountMinor currency }`;

async function mutate(name: string, input: object, fields: string): Promise<Data> {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  const data = await staff.data(
    `mutation ($input: ${type}!) { ${name}(input: $input) { __typename ${fields}
      ... on Error { code } } }`,
    { input },
  );
  return data[name];
}

const amounts = `subtotal ${money} discount ${money} tax ${money} taxIncluded ${money}
  total ${money} discounts { name percentOffBps amount ${money} }
  taxes { name ratePpm inclusive taxable ${money} amount ${money} }
  lines { taxName taxRatePpm taxInclusive discount ${money} tax ${money} }`;

it('an invoice is drafted, reduced, taxed, sent and shown', async () => {
  const rate = await mutate(
    'createTaxRate',
    { name: 'IVA', ratePpm: 210_000, inclusive: false, country: 'ES' },
    `... on TaxRate { id name ratePpm isDefault }`,
  );
  expect(rate).toMatchObject({ name: 'IVA', ratePpm: 210_000, isDefault: false });
  expect(
    await mutate(
      'setDefaultTaxRate',
      { taxRateId: rate.id },
      `... on Merchant { defaultTaxRate { id isDefault } }`,
    ),
  ).toMatchObject({ defaultTaxRate: { id: rate.id, isDefault: true } });
  expect(await mutate('archiveTaxRate', { taxRateId: rate.id }, '')).toMatchObject({
    code: 'TAX_RATE_IS_DEFAULT',
  });
  const coupon = await mutate(
    'createCoupon',
    { code: 'welcome', name: 'Welcome', percentOffBps: 1000, duration: 'ONCE' },
    `... on Coupon { id code amountOff ${money} timesRedeemed }`,
  );
  expect(coupon).toMatchObject({ code: 'WELCOME', amountOff: null, timesRedeemed: 0 });
  const { taxRates, coupons } = await staff.data(
    `{ taxRates(first: 5, archived: false) { totalCount edges { node { id } } }
       coupons(first: 5) { totalCount edges { node { code } } } }`,
  );
  expect(taxRates).toEqual({ totalCount: 1, edges: [{ node: { id: rate.id } }] });
  expect(coupons).toEqual({ totalCount: 1, edges: [{ node: { code: 'WELCOME' } }] });

  const draft = await mutate(
    'createInvoice',
    { customerId: globalId('Customer', ada.id), memo: 'Order 7' },
    `... on Invoice { id }`,
  );
  const invoiceId = draft.id;
  const line = { invoiceId, description: 'Work', quantity: 1, unitAmountMinor: 10_000 };
  await mutate('addInvoiceLine', line, '');
  await mutate('addInvoiceLine', { ...line, taxRateId: null }, '');
  await mutate('updateInvoice', { invoiceId, footer: 'Bank: ES00', dueDays: 14 }, '');
  expect(
    await mutate(
      'applyCouponToInvoice',
      { invoiceId, code: 'Welcome' },
      `... on Invoice { memo footer dueDays ${amounts} appliedDiscounts { id name } }`,
    ),
  ).toMatchObject({
    memo: 'Order 7',
    footer: 'Bank: ES00',
    dueDays: 14,
    subtotal: { amountMinor: 20_000 },
    discount: { amountMinor: 2000 },
    // 21 % of 90.00.
    tax: { amountMinor: 1890 },
    taxIncluded: { amountMinor: 0 },
    total: { amountMinor: 19_890, currency: 'EUR' },
    discounts: [{ name: 'Welcome', percentOffBps: 1000, amount: { amountMinor: 2000 } }],
    taxes: [
      {
        name: 'IVA',
        ratePpm: 210_000,
        taxable: { amountMinor: 9000 },
        amount: { amountMinor: 1890 },
      },
    ],
    lines: [
      { taxName: 'IVA', discount: { amountMinor: 1000 }, tax: { amountMinor: 1890 } },
      { taxName: null, taxRatePpm: null, discount: { amountMinor: 1000 } },
    ],
    appliedDiscounts: [{ name: 'Welcome' }],
  });
  expect(await mutate('applyCouponToInvoice', { invoiceId, code: 'WELCOME' }, '')).toMatchObject({
    code: 'COUPON_APPLIED_ALREADY',
  });
  await mutate('finalizeInvoice', { invoiceId }, '');
  await api.drain();

  const portal = await api.customer(merchant, ada);
  const { node } = await portal.data(
    `query ($id: ID!) { node(id: $id) { ... on Invoice { status taxExemption footer ${amounts} } } }`,
    { id: invoiceId },
  );
  expect(node).toMatchObject({
    status: 'PAID',
    taxExemption: 'NONE',
    total: { amountMinor: 19_890 },
    taxes: [{ name: 'IVA' }],
    discounts: [{ name: 'Welcome' }],
  });
  const [invoice] = await ada.invoices();
  const pdf = await portal.fetch(`/invoices/${invoice!.id}/pdf?portal=${merchant.slug}`, {});
  const { text } = await extractText(
    await getDocumentProxy(new Uint8Array(await pdf.arrayBuffer())),
    { mergePages: true },
  );
  for (const words of ['Discount: Welcome (10%)', 'IVA 21% on €90.00', '€198.90', 'Bank: ES00']) {
    expect(text).toContain(words);
  }
});

it('a subscription is begun with a coupon, which customers see and staff take away', async () => {
  await mutate('createCoupon', { code: 'TEN', percentOffBps: 1000, duration: 'FOREVER' }, '');
  const { id } = await ada.subscription();
  const subscriptionId = globalId('Subscription', id);
  const discounts = `... on Subscription { discounts { id name percentOffBps endsAt } }`;
  expect(await mutate('applyCoupon', { subscriptionId, code: 'NONE' }, '')).toMatchObject({
    code: 'NOT_FOUND',
  });
  const applied = await mutate('applyCoupon', { subscriptionId, code: 'ten' }, discounts);
  expect(applied).toMatchObject({
    discounts: [{ name: 'TEN', percentOffBps: 1000, endsAt: null }],
  });
  const portal = await api.customer(merchant, ada);
  const { node } = await portal.data(`query ($id: ID!) { node(id: $id) { ${discounts} } }`, {
    id: subscriptionId,
  });
  expect(node.discounts).toEqual(applied.discounts);
  // The coupon itself, with how often it was redeemed, is not theirs to see.
  const hidden = await portal.request(
    `query ($id: ID!) { node(id: $id) { ... on Discount { coupon { timesRedeemed } } } }`,
    { id: applied.discounts[0].id },
  );
  expect(hidden.errors[0]!.extensions['code']).toBe('FORBIDDEN');
  expect(
    await mutate('removeDiscount', { discountId: applied.discounts[0].id }, discounts),
  ).toMatchObject({ discounts: [] });
});

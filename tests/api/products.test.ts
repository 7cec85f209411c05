/** A catalog, customers and subscriptions made over HTTP, as an integrator does it. */
import { expect, it } from 'vitest';

import { globalId, testApi } from '../testkit/api.ts';
import type { Data } from '../testkit/graphql-client.ts';

const api = await testApi();
const merchant = await api.seed.merchant();
const key = await api.apiKey(merchant, [
  'products:read',
  'products:write',
  'customers:read',
  'customers:write',
  'subscriptions:read',
  'subscriptions:write',
  'invoices:read',
  'invoices:write',
]);

const money = '{ amountMinor currency }';
const failed = '... on Error { code }';
const invalid = `${failed} ... on InvalidInputError { field reason }`;
/** Nothing in their input can be wrong but the id. */
const byIdAlone = /^(archive|unarchive|delete)/;

async function mutate(name: string, input: object, selection: string): Promise<Data> {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  const broken = byIdAlone.test(name) ? failed : invalid;
  const data = await key.data(
    `mutation ($input: ${type}!) { ${name}(input: $input) { __typename ${selection} ${broken} } }`,
    { input },
  );
  return data[name];
}

const productFields = `... on Product { id name description archivedAt
  translations { locale name description } }`;
const priceFields = `... on Price { id nickname type interval intervalCount trialDays isOnSale
  archivedAt unitAmount ${money} product { name } }`;

const createProduct = (name: string) => mutate('createProduct', { name }, productFields);
const createPrice = (productId: string, change: object = {}) =>
  mutate(
    'createPrice',
    { productId, currency: 'EUR', unitAmountMinor: 3000, interval: 'MONTH', ...change },
    priceFields,
  );

it('a product is made, edited, archived, put back and deleted', async () => {
  const translations = [{ locale: 'es', name: 'Equipo', description: '' }];
  const made = await mutate(
    'createProduct',
    { name: 'Team', description: 'For teams', translations },
    productFields,
  );
  expect(made).toMatchObject({ name: 'Team', description: 'For teams', translations });
  const productId = made.id;
  expect(await mutate('updateProduct', { productId, name: 'Crew' }, productFields)).toMatchObject({
    name: 'Crew',
    description: 'For teams',
    translations,
  });
  expect(await mutate('updateProduct', { productId, name: ' ' }, productFields)).toMatchObject({
    __typename: 'InvalidInputError',
    field: 'name',
    reason: 'NAME_REQUIRED',
  });
  expect(await mutate('archiveProduct', { productId }, productFields)).toMatchObject({
    archivedAt: api.clock.now().toISOString(),
  });
  expect(await createPrice(productId)).toMatchObject({
    __typename: 'ConflictError',
    code: 'PRODUCT_ARCHIVED',
  });
  expect(await mutate('unarchiveProduct', { productId }, productFields)).toMatchObject({
    archivedAt: null,
  });
  const deleted = '... on Deleted { id }';
  expect(await mutate('deleteProduct', { productId }, deleted)).toEqual({
    __typename: 'Deleted',
    id: productId,
  });
  expect(await mutate('deleteProduct', { productId }, deleted)).toMatchObject({
    __typename: 'NotFoundError',
  });
  expect(
    (await key.data(`query ($id: ID!) { node(id: $id) { id } }`, { id: productId })).node,
  ).toBe(null);
});

it('prices are made, named, archived, listed and found', async () => {
  const product = await createProduct('Seats');
  const monthly = await createPrice(product.id, { nickname: 'Monthly', trialDays: 7 });
  expect(monthly).toMatchObject({
    type: 'RECURRING',
    interval: 'MONTH',
    intervalCount: 1,
    trialDays: 7,
    nickname: 'Monthly',
    isOnSale: true,
    unitAmount: { amountMinor: 3000, currency: 'EUR' },
    product: { name: 'Seats' },
  });
  const once = await createPrice(product.id, { type: 'ONE_TIME', interval: null });
  expect(once).toMatchObject({ type: 'ONE_TIME', interval: null, intervalCount: null });
  expect(await createPrice(product.id, { unitAmountMinor: -1 })).toMatchObject({
    field: 'unitAmountMinor',
    reason: 'AMOUNT_NEGATIVE',
  });
  expect(
    await mutate('updatePrice', { priceId: monthly.id, nickname: 'By the month' }, priceFields),
  ).toMatchObject({ nickname: 'By the month', unitAmount: { amountMinor: 3000 } });
  expect(await mutate('archivePrice', { priceId: once.id }, priceFields)).toMatchObject({
    isOnSale: false,
    archivedAt: expect.any(String),
  });

  const names = (connection: Data) =>
    connection.edges.map(({ node }: { node: Data }) => node.id as string);
  const list = await key.data(
    `query ($id: ID!) {
      all: prices { totalCount edges { node { id } } }
      sold: prices(archived: false) { totalCount edges { node { id } } }
      old: prices(archived: true) { totalCount edges { node { id } } }
      products(archived: false) { totalCount edges { node { id } } }
      none: products(archived: true) { totalCount }
      node(id: $id) { ... on Product {
        prices(first: 1) { edges { node { id } } pageInfo { hasNextPage } }
        old: prices(archived: true) { edges { node { id } } }
      } }
    }`,
    { id: product.id },
  );
  expect(names(list.all)).toEqual([once.id, monthly.id]);
  expect(names(list.sold)).toEqual([monthly.id]);
  expect(names(list.old)).toEqual([once.id]);
  expect([list.all.totalCount, list.sold.totalCount, list.old.totalCount]).toEqual([2, 1, 1]);
  expect(names(list.products)).toEqual([product.id]);
  expect(list.none.totalCount).toBe(0);
  expect(names(list.node.prices)).toEqual([once.id]);
  expect(list.node.prices.pageInfo.hasNextPage).toBe(true);
  expect(names(list.node.old)).toEqual([once.id]);
  expect(await mutate('unarchivePrice', { priceId: once.id }, priceFields)).toMatchObject({
    isOnSale: true,
  });
  const { archived } = await mutate(
    'archiveProduct',
    { productId: product.id },
    '... on Product { archived: prices { edges { node { isOnSale archivedAt } } } }',
  );
  expect(archived.edges.map(({ node }: { node: Data }) => node)).toEqual([
    { isOnSale: false, archivedAt: null },
    { isOnSale: false, archivedAt: null },
  ]);
});

it('another merchant’s catalog is not there', async () => {
  const product = await createProduct('Ours');
  const price = await createPrice(product.id);
  const other = await api.seed.merchant();
  const stranger = await api.staff(other);
  const seen = await stranger.data(
    `query ($ids: [ID!]!) { nodes(ids: $ids) { id } products { totalCount } prices { totalCount } }`,
    { ids: [product.id, price.id] },
  );
  expect(seen).toEqual({
    nodes: [null, null],
    products: { totalCount: 0 },
    prices: { totalCount: 0 },
  });
});

it('a customer subscribes, anchored, as previewed; and is billed beside it', async () => {
  const customerFields = '... on Customer { id name email locale address country taxId }';
  const made = await mutate(
    'createCustomer',
    { name: 'Ada', email: 'ada@example.com', locale: 'en', country: 'ES' },
    customerFields,
  );
  expect(made).toMatchObject({ name: 'Ada', country: 'ES', address: '', taxId: null });
  const customerId = made.id;
  expect(
    await mutate('createCustomer', { name: 'Ada', email: 'x', locale: 'en' }, customerFields),
  ).toMatchObject({ reason: 'EMAIL_INVALID' });
  expect(
    await mutate('updateCustomer', { customerId, taxId: 'ESB1', country: 'XX' }, customerFields),
  ).toMatchObject({ field: 'country', reason: 'COUNTRY_INVALID' });
  expect(
    await mutate('updateCustomer', { customerId, taxId: 'ESB1' }, customerFields),
  ).toMatchObject({ taxId: 'ESB1', country: 'ES' });

  const product = await createProduct('Team');
  const price = await createPrice(product.id);
  // March 1, 09:00 UTC: until March 31, 09:00, are 30 of the 31 days from February 28.
  api.clock.set('2027-03-01T09:00:00Z');
  const input = { customerId, items: [{ priceId: price.id, quantity: 2 }], billingDay: 31 };
  const { subscriptionPreview } = await key.data(
    `query ($input: SubscriptionPreviewInput!) { subscriptionPreview(input: $input) {
      __typename ... on SubscriptionPreview {
        status trialEnd firstInvoiceAt firstPeriodEnd subtotal ${money} balanceApplied ${money}
        periodAmount ${money}
        lines { description quantity amount ${money} unitAmount ${money} } }
      ${invalid} } }`,
    { input },
  );
  // 60.00 * 30/31 = 58.06
  expect(subscriptionPreview).toEqual({
    __typename: 'SubscriptionPreview',
    status: 'ACTIVE',
    trialEnd: null,
    firstInvoiceAt: '2027-03-01T09:00:00.000Z',
    firstPeriodEnd: '2027-03-31T09:00:00.000Z',
    subtotal: { amountMinor: 5806, currency: 'EUR' },
    balanceApplied: { amountMinor: 0, currency: 'EUR' },
    periodAmount: { amountMinor: 6000, currency: 'EUR' },
    lines: [
      {
        description: 'Team',
        quantity: 2,
        amount: { amountMinor: 5806, currency: 'EUR' },
        unitAmount: { amountMinor: 3000, currency: 'EUR' },
      },
    ],
  });
  const subscriptionFields = `... on Subscription { id status billingAnchor currentPeriodEnd
    items { quantity price { id product { name } } } latestInvoice { subtotal ${money} } }`;
  expect(await mutate('createSubscription', input, subscriptionFields)).toMatchObject({
    status: 'ACTIVE',
    billingAnchor: '2027-03-31T09:00:00.000Z',
    currentPeriodEnd: '2027-03-31T09:00:00.000Z',
    items: [{ quantity: 2, price: { id: price.id, product: { name: 'Team' } } }],
    latestInvoice: { subtotal: { amountMinor: 5806, currency: 'EUR' } },
  });
  expect(
    await mutate(
      'createSubscription',
      { ...input, billingDay: null, trialEnd: '2027-03-15T00:00:00Z' },
      subscriptionFields,
    ),
  ).toMatchObject({ status: 'TRIALING', latestInvoice: null });
  expect(
    await mutate('createSubscription', { ...input, billingDay: 32 }, subscriptionFields),
  ).toMatchObject({ field: 'billingDay', reason: 'BILLING_DAY_INVALID' });
  await mutate('archivePrice', { priceId: price.id }, priceFields);
  expect(await mutate('createSubscription', input, subscriptionFields)).toMatchObject({
    __typename: 'ConflictError',
    code: 'PRICE_ARCHIVED',
  });
  await api.drain();

  const invoiceFields = `... on Invoice { id subtotal ${money}
    lines { id description quantity price { id } } }`;
  const once = await createPrice(product.id, { type: 'ONE_TIME', interval: null });
  const draft = await mutate('createInvoice', { customerId }, invoiceFields);
  const invoiceId = draft.id;
  const filled = await mutate(
    'addInvoiceLine',
    { invoiceId, priceId: once.id, quantity: 2 },
    invoiceFields,
  );
  expect(filled).toMatchObject({
    subtotal: { amountMinor: 6000 },
    lines: [{ description: 'Team', quantity: 2, price: { id: once.id } }],
  });
  expect(
    await mutate(
      'updateInvoiceLine',
      { invoiceLineId: filled.lines[0].id, quantity: 1, description: 'Setup' },
      invoiceFields,
    ),
  ).toMatchObject({
    subtotal: { amountMinor: 3000 },
    lines: [{ description: 'Setup', quantity: 1 }],
  });
  expect(await mutate('addInvoiceLine', { invoiceId, quantity: 1 }, invoiceFields)).toMatchObject({
    __typename: 'InvalidInputError',
  });
  expect(await mutate('deleteDraftInvoice', { invoiceId }, '... on Deleted { id }')).toEqual({
    __typename: 'Deleted',
    id: invoiceId,
  });
});

it('customers see what they bought, and no catalog', async () => {
  const ada = await merchant.customer();
  const { id } = await ada.subscription();
  await api.drain();
  const portal = await api.customer(merchant, ada);
  const { data, errors } = await portal.request(
    `query ($id: ID!) { products { totalCount } node(id: $id) { ... on Subscription {
      items { productName price { id } } } } }`,
    { id: globalId('Subscription', id) },
  );
  expect(data).toEqual({
    products: null,
    node: { items: [{ productName: 'Team', price: null }] },
  });
  expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['FORBIDDEN', 'FORBIDDEN']);
});

/** Pausing, changing and ending subscriptions as an integrator asks for it. */
import { expect, it } from 'vitest';

import { globalId, testApi } from '../testkit/api.ts';
import type { Data } from '../testkit/graphql-client.ts';
import { planPrice } from '../testkit/plan-offer.ts';

const api = await testApi();
const merchant = await api.seed.merchant();
const ada = await merchant.customer();
const { id } = await ada.subscription();
await api.drain();
const staff = await api.staff(merchant);
const subscriptionId = globalId('Subscription', id);

const failed = `... on Error { code }`;
const money = `{ amountMinor currency }`;

async function mutate(name: string, input: object, fields: string): Promise<Data> {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  const data = await staff.data(
    `mutation ($input: ${type}!) { ${name}(input: $input) {
      __typename ... on Subscription { ${fields} } ${failed} } }`,
    { input },
  );
  return data[name];
}

it('previews, plans, undoes and makes a change', async () => {
  const { node } = await staff.data(
    `query ($id: ID!) { node(id: $id) { ... on Subscription { items { priceId } } } }`,
    { id: subscriptionId },
  );
  const { priceId } = node.items[0];
  const change = (when: string, quantity: number) => ({
    subscriptionId,
    when,
    items: [{ priceId, quantity }],
  });
  const { subscriptionChangePreview } = await staff.data(
    `query ($input: SubscriptionChangePreviewInput!) { subscriptionChangePreview(input: $input) {
      __typename ... on SubscriptionChangePreview {
        effectiveAt lines { description quantity amount ${money} } net ${money}
        balanceApplied ${money} amountDue ${money} credited ${money} periodAmount ${money} }
      ${failed} } }`,
    { input: change('PERIOD_END', 3) },
  );
  expect(subscriptionChangePreview).toMatchObject({
    __typename: 'SubscriptionChangePreview',
    lines: [],
    amountDue: { amountMinor: 0, currency: 'EUR' },
    periodAmount: { amountMinor: 14_700, currency: 'EUR' },
  });
  const planned = `scheduledItems { productName quantity priceId unitAmount ${money} }`;
  expect(await mutate('changeSubscription', change('PERIOD_END', 3), planned)).toMatchObject({
    scheduledItems: [{ productName: 'Team', quantity: 3, priceId }],
  });
  expect(await mutate('undoSubscriptionChange', { subscriptionId }, planned)).toMatchObject({
    scheduledItems: [],
  });
  expect(await mutate('undoSubscriptionChange', { subscriptionId }, planned)).toMatchObject({
    code: 'NO_CHANGE_PLANNED',
  });
  expect(await mutate('changeSubscription', change('NOW', 2), `items { quantity }`)).toMatchObject({
    items: [{ quantity: 2 }],
  });
  expect(await mutate('changeSubscription', change('NOW', 2), `id`)).toMatchObject({
    code: 'NOTHING_CHANGES',
  });
  await api.drain();
  const lines = await staff.data(
    `query ($id: ID!) { node(id: $id) { ... on Subscription { latestInvoice {
      balanceApplied ${money} lines { proration amount ${money} } } } } }`,
    { id: subscriptionId },
  );
  expect(lines.node.latestInvoice.lines).toMatchObject([{ proration: true }, { proration: true }]);
  // A price is named by a price's id.
  expect(
    await mutate(
      'changeSubscription',
      { ...change('NOW', 1), items: [{ priceId: subscriptionId }] },
      'id',
    ),
  ).toMatchObject({ __typename: 'NotFoundError' });
});

it('changes to prices of another interval, at once and with the next period', async () => {
  const eve = await merchant.customer();
  const { id: monthlyId } = await eve.subscription();
  await api.drain();
  const yearly = globalId(
    'Price',
    await planPrice(api.app.billing, merchant, 49_000n, { name: 'Year', interval: 'YEAR' }),
  );
  const id = globalId('Subscription', monthlyId);
  const { node } = await staff.data(
    `query ($id: ID!) { node(id: $id) { ... on Subscription { currentPeriodEnd items { priceId } } } }`,
    { id },
  );
  const monthly = node.items[0].priceId;
  const change = (priceId: string, when: string) => ({
    subscriptionId: id,
    when,
    items: [{ priceId, quantity: 1 }],
  });
  const preview = async (priceId: string, when: string) =>
    (
      await staff.data(
        `query ($input: SubscriptionChangePreviewInput!) { subscriptionChangePreview(input: $input) {
          ... on SubscriptionChangePreview { net ${money} balanceApplied ${money} amountDue ${money}
            credited ${money} nextPeriodStart nextPeriodTotal ${money} } ${failed} } }`,
        { input: change(priceId, when) },
      )
    ).subscriptionChangePreview;

  // All of the month is left: 49.00 goes to the balance, and the year takes it from there.
  const shown = await preview(yearly, 'NOW');
  const amountOf = ({ amountMinor }: Data) => amountMinor;
  expect(amountOf(shown.balanceApplied)).toBe(amountOf(shown.credited));
  expect(amountOf(shown.amountDue)).toBe(amountOf(shown.net));
  expect(amountOf(shown.net) + amountOf(shown.credited)).toBe(49_000);
  expect(amountOf(shown.nextPeriodTotal)).toBe(49_000);
  expect(new Date(shown.nextPeriodStart) > new Date(node.currentPeriodEnd)).toBe(true);

  const planned = `interval scheduledItems { interval intervalCount }`;
  expect(await mutate('changeSubscription', change(yearly, 'PERIOD_END'), planned)).toMatchObject({
    interval: 'MONTH',
    scheduledItems: [{ interval: 'YEAR', intervalCount: 1 }],
  });
  expect(await mutate('changeSubscription', change(yearly, 'NOW'), planned)).toMatchObject({
    interval: 'YEAR',
    scheduledItems: [],
  });
  await api.drain();
  expect(await preview(monthly, 'PERIOD_END')).toMatchObject({
    nextPeriodStart: expect.any(String),
    nextPeriodTotal: { amountMinor: 4900 },
  });
  const both = { ...change(yearly, 'NOW'), items: [{ priceId: yearly }, { priceId: monthly }] };
  const refused = await staff.data(
    `mutation ($input: ChangeSubscriptionInput!) { changeSubscription(input: $input) {
      ... on InvalidInputError { reason } } }`,
    { input: both },
  );
  expect(refused.changeSubscription).toEqual({ reason: 'PRICES_DIFFER' });
});

it('pauses, resumes, ends and takes up again', async () => {
  const states = `status pausedAt resumesAt previousSubscription { id }`;
  const paused = await mutate('pauseSubscription', { subscriptionId }, states);
  expect(paused).toMatchObject({ status: 'PAUSED', pausedAt: expect.any(String) });
  expect(await mutate('pauseSubscription', { subscriptionId }, states)).toMatchObject({
    code: 'ALREADY_PAUSED',
  });
  expect(await mutate('resumeSubscription', { subscriptionId }, states)).toMatchObject({
    status: 'ACTIVE',
    pausedAt: null,
  });
  const customer = await api.customer(merchant, ada);
  const refused = await customer.request(
    `mutation ($input: CancelSubscriptionInput!) { cancelSubscription(input: $input) { __typename } }`,
    { input: { subscriptionId, when: 'NOW' } },
  );
  expect(refused.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  expect(await mutate('cancelSubscription', { subscriptionId, when: 'NOW' }, states)).toMatchObject(
    { status: 'CANCELED' },
  );
  expect(await mutate('resubscribe', { subscriptionId }, states)).toMatchObject({
    status: 'ACTIVE',
    previousSubscription: { id: subscriptionId },
  });
  await api.drain();
});

/** A change of plan in the portal, over HTTP: a program makes the offer, the customer takes it up. */
import { disablePortal } from '@4geeks/billing/portal/disable-portal';
import { enablePortal } from '@4geeks/billing/portal/enable-portal';
import { archivePrice } from '@4geeks/billing/product/archive-price';
import { cancelSubscription } from '@4geeks/billing/subscription/cancel-subscription';
import { pauseSubscription } from '@4geeks/billing/subscription/pause-subscription';
import { describe, expect, it } from 'vitest';

import { cookiesOf, globalId, testApi } from '../testkit/api.ts';
import type { Data, GraphqlClient } from '../testkit/graphql-client.ts';
import { planPrice } from '../testkit/plan-offer.ts';
import type { SeededCustomer } from '../testkit/seed.ts';

const api = await testApi();
const { billing } = api.app;
const merchant = await api.seed.merchant();
const shop = await api.apiKey(merchant, ['portal-sessions:write']);
const cheap = await planPrice(billing, merchant, 1900n, { name: 'Starter' });
const dear = await planPrice(billing, merchant, 9900n, { name: 'Business' });
const unoffered = await planPrice(billing, merchant, 100n);
const idOf = (priceId: string) => globalId('Price', priceId);

async function subscribed(): Promise<{ ada: SeededCustomer; subscriptionId: string }> {
  const ada = await merchant.customer();
  const { id } = await ada.subscription();
  await api.drain();
  return { ada, subscriptionId: id };
}

async function create(customerId: string, more: object, client = shop): Promise<Data> {
  const input = { customerId: globalId('Customer', customerId), flow: 'CHANGE_PLAN', ...more };
  const { createPortalSession } = await client.data(
    `mutation ($input: CreatePortalSessionInput!) { createPortalSession(input: $input) {
      __typename ... on CreatedPortalSession { url } ... on Error { code }
      ... on InvalidInputError { field reason } } }`,
    { input },
  );
  return createPortalSession;
}

/** Comes in by the link, as the page there does. */
async function enter(url: string): Promise<{ portal: GraphqlClient; returnPath: string }> {
  const visitor = api.client({ headers: { 'x-portal': merchant.slug } });
  const confirmed = await visitor.request(
    `mutation ($input: ConfirmSignInInput!) { confirmSignIn(input: $input) {
      ... on SignedIn { returnPath } } }`,
    { input: { portalSlug: merchant.slug, token: url.split('#session=')[1] } },
  );
  const portal = api.client({
    headers: { 'x-portal': merchant.slug, cookie: cookiesOf(confirmed) },
    connectionParams: { portal: merchant.slug },
  });
  return { portal, returnPath: confirmed.data.confirmSignIn.returnPath };
}

async function sent(prices = [cheap, dear]) {
  const { ada, subscriptionId } = await subscribed();
  const { url } = await create(ada.id, {
    subscriptionId: globalId('Subscription', subscriptionId),
    offeredPriceIds: prices.map(idOf),
  });
  return { ada, subscriptionId, ...(await enter(url)) };
}

const previewQuery = `query ($input: PlanChangePreviewInput!) { planChangePreview(input: $input) {
  __typename ... on PlanChangePreview { quote when paymentMethod { last4 }
    change { effectiveAt amountDue { amountMinor currency } lines { description }
      periodAmount { amountMinor } nextPeriodTotal { amountMinor } } }
  ... on Error { code } } }`;
const changeMutation = `mutation ($input: ChangePlanInput!) { changePlan(input: $input) {
  __typename ... on PlanChanged { when effectiveAt invoice { id status }
    subscription { items { priceId productName } scheduledItems { priceId } } }
  ... on Error { code } ... on InvalidInputError { reason } } }`;

const preview = (client: GraphqlClient, priceId: string) =>
  client.request(previewQuery, { input: { priceId: idOf(priceId) } });
const change = (client: GraphqlClient, priceId: string, quote: string) =>
  client.request(changeMutation, { input: { priceId: idOf(priceId), quote } });
const quoteOf = async (client: GraphqlClient, priceId: string): Promise<string> =>
  (await preview(client, priceId)).data.planChangePreview.quote;

describe('a customer who was sent to change the plan', () => {
  it('sees what is on offer, what it comes to, and gets exactly that', async () => {
    const { ada, portal, returnPath } = await sent();
    expect(returnPath).toBe('plan');
    const { viewer } = await portal.data(`{ viewer { planOffer {
      refusal subscription { items { productName } }
      plans { priceId productName productDescription amount { amountMinor currency } interval
        intervalCount standing when } } } }`);
    expect(viewer.planOffer).toEqual({
      refusal: null,
      subscription: { items: [{ productName: 'Team' }] },
      plans: [
        {
          priceId: idOf(cheap),
          productName: 'Starter',
          productDescription: '',
          amount: { amountMinor: 1900, currency: 'EUR' },
          interval: 'MONTH',
          intervalCount: 1,
          standing: 'OFFERED',
          when: 'PERIOD_END',
        },
        expect.objectContaining({ productName: 'Business', standing: 'OFFERED', when: 'NOW' }),
      ],
    });
    const { data } = await preview(portal, dear);
    const { quote, ...figures } = data.planChangePreview;
    expect(figures).toMatchObject({
      when: 'NOW',
      paymentMethod: { last4: '4242' },
      change: {
        lines: [{ description: 'Unused time: Team' }, { description: 'Remaining time: Business' }],
        periodAmount: { amountMinor: 9900 },
      },
    });
    const { data: changed } = await change(portal, dear, quote);
    expect(changed.changePlan).toMatchObject({
      __typename: 'PlanChanged',
      when: 'NOW',
      invoice: { status: 'OPEN' },
      subscription: { items: [{ priceId: idOf(dear), productName: 'Business' }] },
    });
    await api.drain();
    const charged = (await ada.charges()).at(-1)!.amountMinor;
    expect(charged).toBe(BigInt(figures.change.amountDue.amountMinor));
    const events = await api.app.database.event.findMany({
      where: { customerId: ada.id, type: 'subscription.changed' },
    });
    expect(events).toMatchObject([{ actorKind: 'CUSTOMER', actorId: ada.id }]);
  });

  it('sees a plan that begins later, and may take it back', async () => {
    const { portal, subscriptionId } = await sent();
    const { data } = await change(portal, cheap, await quoteOf(portal, cheap));
    expect(data.changePlan).toMatchObject({
      when: 'PERIOD_END',
      invoice: null,
      subscription: { scheduledItems: [{ priceId: idOf(cheap) }] },
    });
    const undo = `mutation ($input: UndoSubscriptionChangeInput!) {
      undoSubscriptionChange(input: $input) {
        ... on Subscription { scheduledItems { priceId } } ... on Error { code } } }`;
    const input = { subscriptionId: globalId('Subscription', subscriptionId) };
    expect((await portal.data(undo, { input })).undoSubscriptionChange).toEqual({
      scheduledItems: [],
    });
    expect((await portal.data(undo, { input })).undoSubscriptionChange).toEqual({
      code: 'NO_CHANGE_PLANNED',
    });
  });

  it('is refused what is not on offer, is off sale, or is not as it was shown', async () => {
    const old = await planPrice(billing, merchant, 5900n);
    const { portal } = await sent([cheap, dear, old]);
    const quote = await quoteOf(portal, old);
    await archivePrice(billing, merchant.system, { priceId: old });
    const codeOf = async (priceId: string, shown = quote) =>
      (await change(portal, priceId, shown)).data.changePlan;
    expect(await codeOf(old)).toEqual({ __typename: 'ConflictError', code: 'PRICE_ARCHIVED' });
    expect(await codeOf(unoffered)).toEqual({ __typename: 'NotFoundError', code: 'NOT_FOUND' });
    expect(await codeOf(dear)).toEqual({ __typename: 'ConflictError', code: 'QUOTE_OUTDATED' });
    expect(await codeOf(dear, 'made up')).toMatchObject({ reason: 'QUOTE_INVALID' });
    const { data } = await preview(portal, unoffered);
    expect(data.planChangePreview).toEqual({ __typename: 'NotFoundError', code: 'NOT_FOUND' });
  });

  it.each([
    ['paused', 'SUBSCRIPTION_PAUSED', pauseSubscription],
    ['being canceled', 'ALREADY_CANCELING', cancelSubscription],
  ] as const)('is refused while the subscription is %s', async (_state, code, arrange) => {
    const { portal, subscriptionId } = await sent();
    const quote = await quoteOf(portal, dear);
    await arrange(billing, merchant.system, { subscriptionId });
    expect((await change(portal, dear, quote)).data.changePlan).toMatchObject({ code });
    expect((await preview(portal, cheap)).data.planChangePreview).toMatchObject({ code });
    const { viewer } = await portal.data('{ viewer { planOffer { refusal plans { priceId } } } }');
    expect(viewer.planOffer).toEqual({ refusal: code, plans: [] });
  });

  it('may nothing once the session has ended, or the portal is off', async () => {
    const { portal } = await sent();
    const quote = await quoteOf(portal, dear);
    await disablePortal(billing, merchant.system);
    expect((await change(portal, dear, quote)).errors).toMatchObject([
      { extensions: { code: 'UNAUTHENTICATED' } },
    ]);
    await enablePortal(billing, merchant.system);
    await portal.data('mutation { signOutOfPortal { portalSlug } }');
    for (const answer of [await change(portal, dear, quote), await preview(portal, dear)]) {
      expect(answer.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    }
  });
});

describe('whoever was not sent for it', () => {
  it('is told what is missing, in every way there is to ask', async () => {
    const { ada, portal: offered } = await sent();
    const quote = await quoteOf(offered, dear);
    // The same customer, by a mailed link.
    const portal = await api.customer(merchant, ada);
    for (const answer of [await preview(portal, dear), await change(portal, dear, quote)]) {
      expect(answer.errors).toMatchObject([
        { extensions: { code: 'FORBIDDEN', permission: 'PLAN_OFFER' } },
      ]);
    }
    const asked = `{ viewer { planOffer { refusal }
      can(field: "Mutation.changePlan") { allowed missing reason }
      customer { portalOptions { name available reason } } } }`;
    const optionOf = ({ viewer }: Data) =>
      viewer.customer.portalOptions.find(({ name }: Data) => name === 'CHANGE_PLAN');
    const without = await portal.data(asked);
    expect(without.viewer.planOffer).toBeNull();
    expect(without.viewer.can).toEqual({
      allowed: false,
      missing: 'PLAN_OFFER',
      reason: 'NO_PLAN_OFFER',
    });
    // Their own session has none, though another one has.
    expect(optionOf(without)).toMatchObject({ available: false, reason: 'NO_PLAN_OFFER' });
    const having = await offered.data(asked);
    expect(having.viewer.can).toEqual({ allowed: true, missing: null, reason: null });
    expect(optionOf(having)).toMatchObject({ available: true, reason: null });
  });

  it('has no other way to a change: not staff’s, nor another customer’s', async () => {
    const { portal, subscriptionId, ada } = await sent();
    const quote = await quoteOf(portal, dear);
    const staffs = await portal.request(
      `mutation ($input: ChangeSubscriptionInput!) { changeSubscription(input: $input) { __typename } }`,
      {
        input: {
          subscriptionId: globalId('Subscription', subscriptionId),
          items: [{ priceId: idOf(dear) }],
          when: 'NOW',
        },
      },
    );
    expect(staffs.errors).toMatchObject([{ extensions: { permission: 'NOT_FOR_CUSTOMERS' } }]);
    const other = await sent();
    expect((await change(other.portal, dear, quote)).data.changePlan).toMatchObject({
      code: 'QUOTE_OUTDATED',
    });
    const undone = await other.portal.request(
      `mutation ($input: UndoSubscriptionChangeInput!) {
        undoSubscriptionChange(input: $input) { ... on Error { code } } }`,
      { input: { subscriptionId: globalId('Subscription', subscriptionId) } },
    );
    expect(undone.data.undoSubscriptionChange).toEqual({ code: 'NOT_FOUND' });
    for (const client of [await api.staff(merchant), shop]) {
      const { errors } = await change(client, dear, quote);
      expect(errors).toMatchObject([{ extensions: { permission: /^NOT_FOR_/ } }]);
    }
    expect(await ada.charges()).toHaveLength(1);
  });
});

describe('a program', () => {
  it('is told what is wrong with an offer when it makes it', async () => {
    const { ada, subscriptionId } = await subscribed();
    const subscription = { subscriptionId: globalId('Subscription', subscriptionId) };
    const dollars = await planPrice(billing, merchant, 9900n, { currency: 'USD' });
    const offer = (offeredPriceIds: string[]) => ({ ...subscription, offeredPriceIds });
    expect(await create(ada.id, subscription)).toEqual({
      __typename: 'InvalidInputError',
      code: 'INVALID_INPUT',
      field: 'offeredPriceIds',
      reason: 'PRICES_REQUIRED',
    });
    expect(await create(ada.id, offer([idOf(dollars)]))).toEqual({
      __typename: 'ConflictError',
      code: 'CURRENCY_DIFFERS',
    });
    expect(await create(ada.id, offer([idOf(dear), idOf(dear)]))).toMatchObject({
      reason: 'PRICE_REPEATED',
    });
    const { ada: eve } = await subscribed();
    expect(await create(eve.id, offer([idOf(dear)]))).toMatchObject({ code: 'NOT_FOUND' });
    const foreign = await planPrice(billing, await api.seed.merchant(), 100n);
    expect(await create(ada.id, offer([idOf(foreign)]))).toMatchObject({ code: 'NOT_FOUND' });
    const unlike = { flow: 'UPDATE_PAYMENT_METHOD', offeredPriceIds: [idOf(dear)] };
    expect(await create(ada.id, unlike)).toMatchObject({ reason: 'PRICES_NOT_EXPECTED' });
  });
});

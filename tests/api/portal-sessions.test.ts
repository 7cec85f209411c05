/** Portal sessions by API: a merchant's own pages send a customer to the portal, signed in. */
import { disablePortal } from '@4geeks/billing/portal/disable-portal';
import { enablePortal } from '@4geeks/billing/portal/enable-portal';
import { updatePortalPermissions } from '@4geeks/billing/portal/update-portal-permissions';
import { updatePortalReturnUrls } from '@4geeks/billing/portal/update-portal-return-urls';
import { cancelSubscription } from '@4geeks/billing/subscription/cancel-subscription';
import { describe, expect, it } from 'vitest';

import { cookiesOf, globalId, testApi } from '../testkit/api.ts';
import { expectNowhere } from '../testkit/nowhere.ts';
import { secretsOf } from '../testkit/sign-in-mail.ts';
import type { Answer, Data, GraphqlClient } from '../testkit/graphql-client.ts';

const api = await testApi();
const merchant = await api.seed.merchant();
const shop = await api.apiKey(merchant, ['portal-sessions:write', 'portal:write', 'portal:read']);
await updatePortalReturnUrls(api.app.billing, merchant.system, {
  returnUrls: ['https://shop.example', 'http://localhost:3000/account'],
});

const mutation = `mutation ($input: CreatePortalSessionInput!) { createPortalSession(input: $input) {
  __typename ... on CreatedPortalSession { url expiresAt }
  ... on Error { code } ... on InvalidInputError { reason } } }`;

async function create(customerId: string, more: object = {}, client = shop): Promise<Data> {
  const input = { customerId: globalId('Customer', customerId), ...more };
  return (await client.data(mutation, { input })).createPortalSession;
}

const tokenOf = (url: string) => url.split('#session=')[1]!;

function confirm(token: string, portalSlug = merchant.slug): Promise<Answer> {
  return api.client({ headers: { 'x-portal': portalSlug } }).request(
    `mutation ($input: ConfirmSignInInput!) { confirmSignIn(input: $input) {
      __typename ... on SignedIn { returnPath customer { name } } ... on Error { code } } }`,
    { input: { portalSlug, token } },
  );
}

async function enter(url: string): Promise<GraphqlClient> {
  const confirmed = await confirm(tokenOf(url));
  expect(confirmed.data.confirmSignIn.__typename).toBe('SignedIn');
  return api.client({
    headers: { 'x-portal': merchant.slug, cookie: cookiesOf(confirmed) },
    connectionParams: { portal: merchant.slug },
  });
}

describe('the link', () => {
  it('signs the customer in, once', async () => {
    const ada = await merchant.customer({ locale: 'de' });
    const { url, expiresAt } = await create(ada.id);
    expect(url).toMatch(
      new RegExp(`^${api.url}/p/${merchant.slug}/sign-in/confirm\\?locale=de#session=[\\w-]{43}$`),
    );
    expect(new Date(expiresAt).getTime() - api.clock.now().getTime()).toBe(5 * 60_000);
    const first = await confirm(tokenOf(url));
    expect(first.data.confirmSignIn).toEqual({
      __typename: 'SignedIn',
      returnPath: '',
      customer: { name: ada.row.name },
    });
    const again = await confirm(tokenOf(url));
    expect(again.data.confirmSignIn).toEqual({
      __typename: 'SignInLinkError',
      code: 'SIGN_IN_LINK_USED',
    });
    expect(again.headers.getSetCookie()).toEqual([]);
    expect(await ada.events()).toEqual(
      expect.arrayContaining(['portal_session.created', 'customer.signed_in']),
    );
  });

  it('signs in one of many that open it at once', async () => {
    const ada = await merchant.customer();
    const { url } = await create(ada.id);
    const answers = await Promise.all(Array.from({ length: 8 }, () => confirm(tokenOf(url))));
    const types = answers.map(({ data }) => data.confirmSignIn.__typename).sort();
    expect(types).toEqual([...Array.from({ length: 7 }, () => 'SignInLinkError'), 'SignedIn']);
  });

  it('is of no use after its minutes, nor at another portal', async () => {
    const ada = await merchant.customer();
    const other = await api.seed.merchant();
    const { url } = await create(ada.id, { locale: 'it' });
    expect(url).toContain('?locale=it#');
    expect((await confirm(tokenOf(url), other.slug)).data.confirmSignIn).toMatchObject({
      code: 'SIGN_IN_LINK_INVALID',
    });
    api.clock.advance({ minutes: 5 });
    expect((await confirm(tokenOf(url))).data.confirmSignIn).toMatchObject({
      code: 'SIGN_IN_LINK_EXPIRED',
    });
  });

  it('leaves the code of a mailed link as it is', async () => {
    const ada = await merchant.customer();
    const portalSlug = merchant.slug;
    const { email } = ada.row;
    const visitor = api.client({ headers: { 'x-portal': portalSlug } });
    await visitor.data(
      `mutation ($input: RequestSignInLinkInput!) { requestSignInLink(input: $input) { __typename } }`,
      { input: { portalSlug, email } },
    );
    await api.drain();
    await create(ada.id);
    const { code } = secretsOf((await ada.mails()).at(-1)!);
    const { confirmSignIn } = await visitor.data(
      `mutation ($input: ConfirmSignInInput!) { confirmSignIn(input: $input) { __typename } }`,
      { input: { portalSlug, email, code } },
    );
    expect(confirmSignIn).toEqual({ __typename: 'SignedIn' });
  });

  it('is kept nowhere as it is', async () => {
    const ada = await merchant.customer();
    const { url } = await create(ada.id, { returnUrl: 'https://shop.example/account' });
    await enter(url);
    await expectNowhere(tokenOf(url), { databaseUrl: api.database.url, texts: api.logLines });
  });
});

describe('the way back', () => {
  it('is offered for the session, as long as the merchant allows it', async () => {
    const ada = await merchant.customer();
    const returnUrl = 'https://shop.example/account?tab=billing';
    const portal = await enter((await create(ada.id, { returnUrl })).url);
    const back = async (client: GraphqlClient) =>
      (await client.data('{ viewer { portalReturnUrl } }')).viewer.portalReturnUrl;
    expect(await back(portal)).toBe(returnUrl);
    expect(await back(shop)).toBeNull();
    const { updatePortalReturnUrls: saved } = await shop.data(
      `mutation { updatePortalReturnUrls(input: { returnUrls: ["https://Other.example/", "https://other.example"] }) {
        ... on PortalSettings { returnUrls } } }`,
    );
    expect(saved.returnUrls).toEqual(['https://other.example']);
    expect(await back(portal)).toBeNull();
    await updatePortalReturnUrls(api.app.billing, merchant.system, {
      returnUrls: ['https://shop.example', 'http://localhost:3000/account'],
    });
    expect(await back(portal)).toBe(returnUrl);
  });

  it.each([
    ['https://evil.example'],
    ['https://shop.example.evil.example/'],
    ['https://shop.example@evil.example/'],
    ['http://shop.example/'],
    ['http://localhost:3000/elsewhere'],
    ['javascript:alert(1)'],
    [''],
  ])('to %s is refused', async (returnUrl) => {
    const ada = await merchant.customer();
    expect(await create(ada.id, { returnUrl })).toEqual({
      __typename: 'InvalidInputError',
      code: 'INVALID_INPUT',
      reason: 'RETURN_URL_NOT_ALLOWED',
    });
  });

  it('of a live merchant needs https', async () => {
    const live = await api.seed.merchant({ mode: 'LIVE' });
    const staff = await api.staff(live);
    const set = (returnUrls: string[]) =>
      staff.data(
        `mutation ($input: UpdatePortalReturnUrlsInput!) { updatePortalReturnUrls(input: $input) {
          __typename ... on InvalidInputError { reason } } }`,
        { input: { returnUrls } },
      );
    expect((await set(['http://localhost:3000'])).updatePortalReturnUrls).toMatchObject({
      reason: 'RETURN_URL_INVALID',
    });
    const many = Array.from({ length: 21 }, (_, index) => `https://shop${index}.example`);
    expect((await set(many)).updatePortalReturnUrls).toMatchObject({
      reason: 'TOO_MANY_RETURN_URLS',
    });
    expect((await set(many.slice(1))).updatePortalReturnUrls.__typename).toBe('PortalSettings');
  });
});

describe('a flow', () => {
  it('leads to its page', async () => {
    const ada = await merchant.customer();
    const { id } = await ada.subscription();
    await api.drain();
    const subscriptionId = globalId('Subscription', id);
    const pathOf = async (more: object) => {
      const { url } = await create(ada.id, more);
      return (await confirm(tokenOf(url))).data.confirmSignIn.returnPath;
    };
    expect(await pathOf({ flow: 'UPDATE_PAYMENT_METHOD' })).toBe('payment-methods/new');
    expect(await pathOf({ flow: 'CANCEL_SUBSCRIPTION', subscriptionId })).toBe(
      `subscriptions?cancel=${encodeURIComponent(subscriptionId)}`,
    );
  });

  it('that the merchant keeps closed is refused when it is asked for', async () => {
    const closed = await api.seed.merchant({ permissions: [] });
    const key = await api.apiKey(closed, ['portal-sessions:write']);
    const ada = await closed.customer();
    const { id } = await ada.subscription();
    await api.drain();
    const cancel = { flow: 'CANCEL_SUBSCRIPTION', subscriptionId: globalId('Subscription', id) };
    for (const flow of [{ flow: 'UPDATE_PAYMENT_METHOD' }, cancel]) {
      expect(await create(ada.id, flow, key)).toEqual({
        __typename: 'ConflictError',
        code: 'PORTAL_PERMISSION_OFF',
      });
    }
    expect((await create(ada.id, {}, key)).__typename).toBe('CreatedPortalSession');
    await updatePortalPermissions(api.app.billing, closed.system, {
      permissions: ['CANCEL_SUBSCRIPTION'],
    });
    expect((await create(ada.id, cancel, key)).__typename).toBe('CreatedPortalSession');
  });

  it('is about a subscription exactly where it cancels one, the customer’s and not ended', async () => {
    const [ada, eve] = [await merchant.customer(), await merchant.customer()];
    const { id } = await ada.subscription();
    await api.drain();
    const subscriptionId = globalId('Subscription', id);
    const cancel = { flow: 'CANCEL_SUBSCRIPTION', subscriptionId };
    expect(await create(ada.id, { flow: 'CANCEL_SUBSCRIPTION' })).toMatchObject({
      reason: 'SUBSCRIPTION_REQUIRED',
    });
    expect(await create(ada.id, { subscriptionId })).toMatchObject({
      reason: 'SUBSCRIPTION_NOT_EXPECTED',
    });
    expect(await create(eve.id, cancel)).toMatchObject({ code: 'NOT_FOUND' });
    await cancelSubscription(api.app.billing, merchant.system, { subscriptionId: id });
    expect(await create(ada.id, cancel)).toMatchObject({ code: 'ALREADY_CANCELING' });
    await cancelSubscription(api.app.billing, merchant.system, { subscriptionId: id, when: 'NOW' });
    expect(await create(ada.id, cancel)).toMatchObject({ code: 'SUBSCRIPTION_ENDED' });
  });
});

describe('whoever', () => {
  it('belongs to another merchant has no such customer', async () => {
    const ada = await merchant.customer();
    const stranger = await api.apiKey(await api.seed.merchant(), ['portal-sessions:write']);
    expect(await create(ada.id, {}, stranger)).toEqual({
      __typename: 'NotFoundError',
      code: 'NOT_FOUND',
    });
  });

  it('lacks the scope is refused; owners and admins have it', async () => {
    const ada = await merchant.customer();
    const input = { customerId: globalId('Customer', ada.id) };
    const permission = 'portal-sessions:write';
    for (const client of [
      await api.apiKey(merchant, ['customers:write', 'portal:write']),
      await api.staff(merchant, 'SUPPORT'),
    ]) {
      const { errors } = await client.request(mutation, { input });
      expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', permission } }]);
    }
    const portal = await api.customer(merchant, ada);
    expect((await portal.request(mutation, { input })).errors).toMatchObject([
      { extensions: { permission: 'NOT_FOR_CUSTOMERS' } },
    ]);
    const admin = await api.staff(merchant, 'ADMIN');
    expect((await create(ada.id, {}, admin)).__typename).toBe('CreatedPortalSession');
  });

  it('comes while the portal is switched off is told so, and a link made before opens nothing', async () => {
    const ada = await merchant.customer();
    const { url } = await create(ada.id);
    await disablePortal(api.app.billing, merchant.system);
    expect(await create(ada.id)).toEqual({ __typename: 'ConflictError', code: 'PORTAL_DISABLED' });
    expect((await confirm(tokenOf(url))).data.confirmSignIn).toMatchObject({
      code: 'SIGN_IN_LINK_INVALID',
    });
    await enablePortal(api.app.billing, merchant.system);
  });
});

/**
 * A merchant's own account page sends its customer to the portal to mend a failed payment: the
 * integrator's program makes the session, safely tried again; the customer enters it without a mail,
 * pays, and is offered the way back.
 */
import { updatePortalReturnUrls } from '@4geeks/billing/portal/update-portal-return-urls';
import { expect, it } from 'vitest';

import { cookiesOf, globalId, testApi } from '../testkit/api.ts';
import { enterCard, mailsOf } from './portal-customer.ts';

it('an integrator sends a customer to the portal, once', async () => {
  const api = await testApi();
  const merchant = await api.seed.merchant();
  const ada = await merchant.pastDueCustomer();
  await updatePortalReturnUrls(api.app.billing, merchant.system, {
    returnUrls: ['https://shop.example'],
  });

  // Staff make the key; the program that has it can do this one thing.
  const owner = await api.staff(merchant);
  const { createApiKey } = await owner.data(
    `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) {
      ... on IssuedApiKey { secret } } }`,
    { input: { name: 'Account page', scopes: ['portal-sessions:write'] } },
  );
  const program = api.client({ headers: { authorization: `Bearer ${createApiKey.secret}` } });
  const send = () =>
    program.request(
      `mutation ($input: CreatePortalSessionInput!) { createPortalSession(input: $input) {
        __typename ... on CreatedPortalSession { url } } }`,
      {
        input: {
          customerId: globalId('Customer', ada.id),
          flow: 'UPDATE_PAYMENT_METHOD',
          returnUrl: 'https://shop.example/account',
        },
      },
      { 'idempotency-key': 'visit-1' },
    );
  const { data } = await send();
  const again = await send();
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  expect(again.data).toEqual(data);
  const { hash, pathname } = new URL(data.createPortalSession.url);
  expect(pathname).toBe(`/p/${merchant.slug}/sign-in/confirm`);

  // The customer's browser does what the page there does.
  const visitor = api.client({ headers: { 'x-portal': merchant.slug } });
  const confirm = () =>
    visitor.request(
      `mutation ($input: ConfirmSignInInput!) { confirmSignIn(input: $input) {
        ... on SignedIn { returnPath customer { name } } ... on SignInLinkError { code } } }`,
      { input: { portalSlug: merchant.slug, token: hash.slice('#session='.length) } },
    );
  const confirmed = await confirm();
  expect(confirmed.data.confirmSignIn).toEqual({
    returnPath: 'payment-methods/new',
    customer: { name: ada.row.name },
  });
  expect((await confirm()).data.confirmSignIn).toEqual({ code: 'SIGN_IN_LINK_USED' });
  expect(await mailsOf(ada, 'sign-in-link')).toEqual([]);

  const portal = api.client({
    headers: { 'x-portal': merchant.slug, cookie: cookiesOf(confirmed) },
    connectionParams: { portal: merchant.slug },
  });
  expect((await portal.data('{ viewer { portalReturnUrl } }')).viewer.portalReturnUrl).toBe(
    'https://shop.example/account',
  );
  await enterCard(api, portal, 'visa');
  await api.drain();
  expect(await ada.openInvoices()).toEqual([]);
});

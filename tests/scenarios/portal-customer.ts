/** What a customer does in the portal, through the API as its pages use it. */
import { testCard, type TestCardAlias } from '@4geeks/api/adapters/gateway/sandbox/test-cards';
import type { OutboxMail } from '@4geeks/api/adapters/mail/outbox';
import { expect } from 'vitest';

import { cookiesOf, type TestApi } from '../testkit/api.ts';
import type { Data, GraphqlClient } from '../testkit/graphql-client.ts';
import type { SeededCustomer, SeededMerchant } from '../testkit/seed.ts';
import { secretsOf } from '../testkit/sign-in-mail.ts';

/** Mails of one kind, oldest first. */
export async function mailsOf(customer: SeededCustomer, tag: string): Promise<OutboxMail[]> {
  return (await customer.mails()).filter((mail) => mail.tag === tag);
}

/**
 * Signs in by mail, and proves on the way what the link promises: nobody learns who is a customer,
 * it works once, and it leads on to `returnPath`.
 */
export async function signIn(
  api: TestApi,
  { slug: portalSlug }: SeededMerchant,
  customer: SeededCustomer,
  returnPath: string,
): Promise<GraphqlClient> {
  const visitor = api.client({ headers: { 'x-portal': portalSlug } });
  const ask = (email: string) =>
    visitor.data(
      `mutation ($input: RequestSignInLinkInput!) {
        requestSignInLink(input: $input) {
          __typename ... on SignInLinkRequested { expiresInMinutes }
        }
      }`,
      { input: { portalSlug, email, returnPath } },
    );
  // A stranger gets the same answer, and no mail.
  const stranger = 'stranger@example.com';
  expect(await ask(stranger)).toEqual(await ask(customer.row.email));
  await api.drain();
  expect(await api.app.outbox.listWithBodies({ to: stranger, limit: 1 })).toEqual([]);
  const links = await mailsOf(customer, 'sign-in-link');
  expect(links, 'links mailed').toHaveLength(1);

  // The link signs in once.
  const { token } = secretsOf(links[0]!);
  const confirm = () =>
    visitor.request(
      `mutation ($input: ConfirmSignInInput!) {
        confirmSignIn(input: $input) {
          ... on SignedIn { returnPath customer { name } }
          ... on SignInLinkError { code }
        }
      }`,
      { input: { portalSlug, token } },
    );
  const confirmed = await confirm();
  expect(confirmed.data.confirmSignIn).toEqual({
    returnPath,
    customer: { name: customer.row.name },
  });
  expect((await confirm()).data.confirmSignIn, 'the link again').toEqual({
    code: 'SIGN_IN_LINK_USED',
  });
  const cookie = cookiesOf(confirmed);
  expect(cookie, 'a session').not.toBe('');
  return api.client({
    headers: { 'x-portal': portalSlug, cookie },
    connectionParams: { portal: portalSlug, locale: 'de' },
  });
}

/** The card goes to the gateway, its token to us. @returns the answer of addPaymentMethod. */
export async function enterCard(
  api: TestApi,
  portal: GraphqlClient,
  card: TestCardAlias,
): Promise<Data> {
  const { createPaymentMethodSetup: setup } = await portal.data(
    `mutation { createPaymentMethodSetup { clientSecret tokenEndpoint } }`,
  );
  const response = await fetch(new URL(setup.tokenEndpoint, api.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      clientSecret: setup.clientSecret,
      number: testCard(card).number,
      expMonth: '12',
      expYear: '2031',
      cvc: '123',
    }),
  });
  expect(response.status, 'the token endpoint').toBe(200);
  const { setupToken } = (await response.json()) as { setupToken: string };
  const { addPaymentMethod } = await portal.data(
    `mutation ($input: AddPaymentMethodInput!) {
      addPaymentMethod(input: $input) {
        __typename
        ... on PaymentMethod { last4 isDefault }
        ... on ConflictError { code }
      }
    }`,
    { input: { setupToken } },
  );
  return addPaymentMethod;
}

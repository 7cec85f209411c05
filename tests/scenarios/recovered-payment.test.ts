/** The story the product exists for, through the API: a card fix, and everybody sees it. */
import { testCard } from '@4geeks/api/adapters/gateway/sandbox/test-cards';
import { expect, it } from 'vitest';

import { globalId, testApi } from '../testkit/api.ts';
import { expectNowhere } from '../testkit/nowhere.ts';

const billing = `
  subscription ($customerId: ID) {
    customerBilling(customerId: $customerId) {
      billingStatus
      amountPastDue { amountMinor currency }
      defaultPaymentMethod { brand last4 isExpired }
      pastDueInvoices { number isCollecting latestPayment { status declineReason } }
      subscriptions(first: 5) { edges { node { status } } }
    }
  }`;

it('a new card pays the failed renewal, and portal and console see it at once', async () => {
  const api = await testApi();
  const merchant = await api.seed.merchant();
  const ada = await merchant.pastDueCustomer({ name: 'Ada Lovelace' });

  // 1. The mail leads to the portal's form for a new payment method.
  const failed = (await ada.mails()).findLast(({ tag }) => tag === 'payment-failed');
  const [invoice] = await ada.openInvoices();
  expect(failed!.text).toContain(
    `${api.url}/p/${merchant.slug}/payment-methods/new?invoice=${invoice!.id}`,
  );

  // 2. She signs in by mail; staff look at her in the console.
  const portal = await api.customer(merchant, ada);
  const staff = await api.staff(merchant, 'SUPPORT');
  const hers = portal.live(billing);
  const theirs = staff.live(billing, { customerId: globalId('Customer', ada.id) });
  for (const live of [hers, theirs]) {
    const { data } = await live.next();
    expect(data.customerBilling).toMatchObject({
      billingStatus: 'PAST_DUE',
      amountPastDue: [{ amountMinor: 4900, currency: 'EUR' }],
      defaultPaymentMethod: { last4: '4242', isExpired: true },
      pastDueInvoices: [{ latestPayment: { status: 'FAILED' } }],
      subscriptions: { edges: [{ node: { status: 'PAST_DUE' } }] },
    });
  }

  // 3. The card goes to the gateway, its token to us.
  const { createPaymentMethodSetup: setup } = await portal.data(
    `mutation { createPaymentMethodSetup { clientSecret tokenEndpoint } }`,
  );
  const enterCard = async (number: string) => {
    const response = await fetch(new URL(setup.tokenEndpoint, api.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        clientSecret: setup.clientSecret,
        number,
        expMonth: '12',
        expYear: '2031',
        cvc: '123',
      }),
    });
    const { setupToken } = (await response.json()) as { setupToken: string };
    const { addPaymentMethod } = await portal.data(
      `mutation ($input: AddPaymentMethodInput!) {
        addPaymentMethod(input: $input) { __typename ... on PaymentMethod { last4 isDefault } }
      }`,
      { input: { setupToken } },
    );
    return addPaymentMethod;
  };

  // A card that attaches and is then declined: still past due, with the reason, nothing lost.
  const bad = testCard('visa_declines_on_charge').number;
  expect(await enterCard(bad)).toMatchObject({ __typename: 'PaymentMethod', last4: '0341' });
  for (const live of [hers, theirs]) {
    const data = await live.until(({ customerBilling: now }) => {
      const [due] = now.pastDueInvoices;
      return now.defaultPaymentMethod.last4 === '0341' && !due.isCollecting && due.latestPayment;
    });
    expect(data.customerBilling.billingStatus).toBe('PAST_DUE');
  }

  // 4. One that works: both windows turn, nobody reloaded.
  const good = testCard('mastercard').number;
  expect(await enterCard(good)).toMatchObject({ last4: '4444', isDefault: true });
  for (const live of [hers, theirs]) {
    const data = await live.until(
      ({ customerBilling }) => customerBilling.billingStatus === 'CURRENT',
    );
    expect(data.customerBilling).toMatchObject({
      amountPastDue: [],
      pastDueInvoices: [],
      defaultPaymentMethod: { brand: 'mastercard', last4: '4444' },
      subscriptions: { edges: [{ node: { status: 'ACTIVE' } }] },
    });
  }
  await api.drain();
  // One for the first period, one for this; mails of one moment may overtake each other.
  expect((await ada.mails()).filter(({ tag }) => tag === 'payment-receipt')).toHaveLength(2);
  expect((await ada.charges()).filter(({ status }) => status === 'succeeded')).toHaveLength(2);
  for (const number of [bad, good]) {
    await expectNowhere(number, { databaseUrl: api.database.url, texts: api.logLines });
  }
});

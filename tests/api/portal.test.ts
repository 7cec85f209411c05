/** What a customer does in the portal, over HTTP. */
import { testCard } from '@4geeks/api/adapters/gateway/sandbox/test-cards';
import { describe, expect, it } from 'vitest';

import { globalId, testApi } from '../testkit/api.ts';

const api = await testApi();
const merchant = await api.seed.merchant();

describe('payment methods', () => {
  it('are listed default first, chosen and removed', async () => {
    const ada = await merchant.customer();
    const portal = await api.customer(merchant, ada);
    await ada.enterCard('mastercard', { makeDefault: false });
    const list = async () =>
      (
        await portal.data(
          `{ viewer { customer { paymentMethods { id last4 isDefault isExpired } } } }`,
        )
      ).viewer.customer.paymentMethods;
    const [visa, mastercard] = await list();
    expect([visa, mastercard]).toMatchObject([
      { last4: '4242', isDefault: true },
      { last4: '4444', isDefault: false },
    ]);
    const choose = `mutation ($input: SetDefaultPaymentMethodInput!) {
      setDefaultPaymentMethod(input: $input) { __typename ... on PaymentMethod { isDefault } } }`;
    const { setDefaultPaymentMethod } = await portal.data(choose, {
      input: { paymentMethodId: mastercard.id },
    });
    expect(setDefaultPaymentMethod).toEqual({ __typename: 'PaymentMethod', isDefault: true });

    const remove = async (paymentMethodId: string) =>
      (
        await portal.data(
          `mutation ($input: RemovePaymentMethodInput!) { removePaymentMethod(input: $input) {
            __typename ... on Customer { paymentMethods { last4 } } ... on Error { code } } }`,
          { input: { paymentMethodId } },
        )
      ).removePaymentMethod;
    expect(await remove(mastercard.id)).toEqual({
      __typename: 'ConflictError',
      code: 'DEFAULT_PAYMENT_METHOD',
    });
    expect(await remove(visa.id)).toEqual({
      __typename: 'Customer',
      paymentMethods: [{ last4: '4444' }],
    });
    expect(await remove(visa.id)).toEqual({ __typename: 'NotFoundError', code: 'NOT_FOUND' });
  });

  it('are refused in plain words, in the language of the reader', async () => {
    const ada = await merchant.customer();
    const portal = await api.customer(merchant, ada);
    const add = async (setupToken: string, locale: string) =>
      (
        await portal.request(
          `mutation ($input: AddPaymentMethodInput!) { addPaymentMethod(input: $input) {
            __typename
            ... on PaymentMethodDeclinedError { declineCode reason }
            ... on ConflictError { code } } }`,
          { input: { setupToken } },
          { 'accept-language': locale },
        )
      ).data.addPaymentMethod;
    const token = await ada.typeCard('visa_insufficient_funds');
    const english = await add(token, 'en');
    expect(english).toMatchObject({
      __typename: 'PaymentMethodDeclinedError',
      declineCode: 'insufficient_funds',
    });
    const german = await add(token, 'de-AT,de;q=0.9');
    expect(german.reason).not.toBe(english.reason);
    expect(await add('tok_invented', 'en')).toEqual({
      __typename: 'ConflictError',
      code: 'SETUP_TOKEN_INVALID',
    });
  });

  it('never come as numbers: the API refuses one and keeps it nowhere', async () => {
    const ada = await merchant.customer();
    const portal = await api.customer(merchant, ada);
    const { number } = testCard('amex');
    const { data } = await portal.request(
      `mutation ($input: AddPaymentMethodInput!) { addPaymentMethod(input: $input) { __typename } }`,
      { input: { setupToken: number } },
    );
    expect(data.addPaymentMethod.__typename).toBe('ConflictError');
    await portal.request(
      `mutation { addPaymentMethod(input: { number: "${number}" }) { __typename } }`,
    );
    const { expectNowhere } = await import('../testkit/nowhere.ts');
    await expectNowhere(number, { databaseUrl: api.database.url, texts: api.logLines });
  });
});

describe('a subscription', () => {
  it('is cancelled at the end of its period, with a reason, and kept after all', async () => {
    const ada = await merchant.customer();
    const { id } = await ada.subscription();
    await api.drain();
    const portal = await api.customer(merchant, ada);
    const subscriptionId = globalId('Subscription', id);
    const fields = `__typename
      ... on Subscription {
        status cancelAtPeriodEnd cancellationReason cancellationComment currentPeriodEnd }
      ... on Error { code }`;
    const cancel = async () =>
      (
        await portal.data(
          `mutation ($input: CancelSubscriptionInput!) { cancelSubscription(input: $input) { ${fields} } }`,
          { input: { subscriptionId, reason: 'UNUSED', comment: 'I forgot about it' } },
        )
      ).cancelSubscription;
    const undo = async () =>
      (
        await portal.data(
          `mutation ($input: UndoSubscriptionCancellationInput!) {
            undoSubscriptionCancellation(input: $input) { ${fields} } }`,
          { input: { subscriptionId } },
        )
      ).undoSubscriptionCancellation;
    expect(await cancel()).toMatchObject({
      __typename: 'Subscription',
      status: 'ACTIVE',
      cancelAtPeriodEnd: true,
      cancellationReason: 'UNUSED',
      cancellationComment: 'I forgot about it',
    });
    expect(await cancel()).toEqual({ __typename: 'ConflictError', code: 'ALREADY_CANCELING' });
    expect(await undo()).toMatchObject({ __typename: 'Subscription', cancelAtPeriodEnd: false });
    expect(await undo()).toEqual({ __typename: 'ConflictError', code: 'NOT_CANCELING' });
  });
});

describe('an open invoice', () => {
  it('is paid when the customer asks for another try', async () => {
    const ada = await merchant.customer({ card: 'visa_3ds' });
    await ada.subscription();
    await api.drain();
    const portal = await api.customer(merchant, ada);
    const [invoice] = await ada.openInvoices();
    const pay = async () =>
      (
        await portal.data(
          `mutation ($input: CollectInvoiceInput!) { collectInvoice(input: $input) {
            __typename ... on Error { code } } }`,
          { input: { invoiceId: globalId('Invoice', invoice!.id) } },
        )
      ).collectInvoice;
    // It waits for 3-D Secure: nothing else may be tried meanwhile.
    expect(await pay()).toEqual({ __typename: 'ConflictError', code: 'ALREADY_COLLECTING' });
    await ada.enterCard('visa');
    await api.drain();
    expect(await pay()).toEqual({ __typename: 'ConflictError', code: 'INVOICE_NOT_OPEN' });
  });
});

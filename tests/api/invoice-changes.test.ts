/** What staff do with invoices and payments over HTTP: draft, credit, refund, void, give up. */
import { describe, expect, it } from 'vitest';

import { globalId, testApi } from '../testkit/api.ts';

const api = await testApi();
const merchant = await api.seed.merchant();
const staff = await api.staff(merchant, 'SUPPORT');

const amount = '{ amountMinor currency }';

async function change(name: string, input: object, selection: string) {
  const Input = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  const data = await staff.data(
    `mutation ($input: ${Input}!) {
       ${name}(input: $input) {
         __typename ${selection}
         ... on Error { code }
       }
     }`,
    { input },
  );
  return data[name];
}

describe('one invoice over the API', () => {
  it('is drafted, finalized, collected, credited and refunded; the customer sees it', async () => {
    const ada = await merchant.customer();
    const customerId = globalId('Customer', ada.id);
    const invoice = `... on Invoice { id status number memo total ${amount} amountDue ${amount} }`;
    const draft = await change('createInvoice', { customerId, memo: 'Thanks' }, invoice);
    expect(draft).toMatchObject({ status: 'DRAFT', number: null, memo: 'Thanks' });
    const invoiceId = draft.id;
    const line = { invoiceId, description: 'Workshop', quantity: 2, unitAmountMinor: 2500 };
    expect(await change('addInvoiceLine', line, invoice)).toMatchObject({
      total: { amountMinor: 5000, currency: 'EUR' },
      amountDue: { amountMinor: 5000 },
    });
    expect(await change('addInvoiceLine', { ...line, quantity: 0 }, invoice)).toMatchObject({
      __typename: 'InvalidInputError',
      code: 'INVALID_INPUT',
    });
    expect(await change('finalizeInvoice', { invoiceId }, invoice)).toMatchObject({
      status: 'OPEN',
    });
    await api.drain();

    const [payment] = await ada.payments();
    const paymentId = globalId('Payment', payment!.id);
    const refund = `... on Refund { status amount ${amount}
      payment { amountRefunded ${amount} amountRefundable ${amount} } }`;
    const asked = { paymentId, amountMinor: 1500, reason: 'Half a day', requestKey: 'a' };
    expect(await change('refundPayment', asked, refund)).toMatchObject({
      status: 'PENDING',
      amount: { amountMinor: 1500, currency: 'EUR' },
      payment: { amountRefunded: { amountMinor: 0 }, amountRefundable: { amountMinor: 3500 } },
    });
    expect(await change('refundPayment', { paymentId, amountMinor: 3501 }, refund)).toMatchObject({
      __typename: 'ConflictError',
      code: 'REFUND_EXCEEDS_PAYMENT',
    });
    const note = await change(
      'creditInvoice',
      { invoiceId, amountMinor: 500, reason: 'Late' },
      `... on CreditNote { number amount ${amount} reason refund { status } }`,
    );
    // The worker may have asked the gateway already.
    expect(note).toMatchObject({
      amount: { amountMinor: 500 },
      refund: { status: expect.stringMatching(/^(PENDING|SUCCEEDED)$/) },
    });
    await api.drain();

    const portal = await api.customer(merchant, ada);
    const { node } = await portal.data(
      `query ($id: ID!) { node(id: $id) { ... on Invoice {
         status amountCredited ${amount}
         creditNotes { number reason refund { status amount ${amount} } }
         payments { amountRefunded ${amount} refunds { status amount ${amount} } }
       } } }`,
      { id: invoiceId },
    );
    expect(node).toEqual({
      status: 'PAID',
      amountCredited: { amountMinor: 0, currency: 'EUR' },
      creditNotes: [
        {
          number: note.number,
          reason: 'Late',
          refund: { status: 'SUCCEEDED', amount: { amountMinor: 500, currency: 'EUR' } },
        },
      ],
      payments: [
        {
          amountRefunded: { amountMinor: 2000, currency: 'EUR' },
          refunds: [
            { status: 'SUCCEEDED', amount: { amountMinor: 500, currency: 'EUR' } },
            { status: 'SUCCEEDED', amount: { amountMinor: 1500, currency: 'EUR' } },
          ],
        },
      ],
    });
  });

  it.each([
    ['voidInvoice', 'VOID', 'voidedAt'],
    ['markInvoiceUncollectible', 'UNCOLLECTIBLE', 'uncollectibleAt'],
  ])('%s ends a past-due one, once', async (name, status, at) => {
    const ada = await merchant.pastDueCustomer();
    const invoiceId = globalId('Invoice', (await ada.openInvoices())[0]!.id);
    const selection = `... on Invoice { status isPastDue amountDue ${amount} ${at}
      subscription { status } }`;
    expect(await change(name, { invoiceId }, selection)).toEqual({
      __typename: 'Invoice',
      status,
      isPastDue: false,
      amountDue: { amountMinor: 0, currency: 'EUR' },
      [at]: api.clock.now().toISOString(),
      subscription: { status: 'ACTIVE' },
    });
    expect(await change(name, { invoiceId }, selection)).toMatchObject({
      __typename: 'ConflictError',
      code: 'INVOICE_NOT_OPEN',
    });
  });
});

/** Bank debits, disputes and the gateway's webhooks, as they come in over HTTP. */
import { gatewayWebhookSecret } from '@4geeks/api/secret';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';

import { globalId, testApi } from '../testkit/api.ts';

const api = await testApi();
const merchant = await api.seed.merchant();
const eve = await merchant.customer({ card: 'visa_disputed' });
await eve.subscription();
const lena = await merchant.customer({ account: 'sepa' });
await lena.subscription();
const hugo = await merchant.customer({ card: 'visa_3ds' });
await hugo.subscription();
await api.drain();
const owner = await api.staff(merchant, 'OWNER');
const webhook = new Webhook(
  gatewayWebhookSecret('a secret of tests that is long enough to be one'),
);

const portalCustomer = `query { viewer { customer {
  billingStatus
  pastDueInvoices { id }
  waitingInvoices { isPastDue isCollecting latestPayment { status actionUrl
    paymentMethod { type brand last4 bankName country mandateReference expiresAt expiresSoon } } }
  offeredPaymentMethodTypes
} } }`;

async function post(body: string, headers: Record<string, string>) {
  return api.client().fetch('/webhooks/gateway', { method: 'POST', body, headers });
}

function signed(body: string, sentAt = new Date()) {
  return {
    'content-type': 'application/json',
    'webhook-id': 'msg_test',
    'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
    'webhook-signature': webhook.sign('msg_test', sentAt, body),
  };
}

describe('a debit', () => {
  it('waits in the portal, where the account stands by bank and mandate', async () => {
    const portal = await api.customer(merchant, lena);
    const { viewer } = await portal.data(portalCustomer);
    expect(viewer.customer).toMatchObject({
      billingStatus: 'CURRENT',
      pastDueInvoices: [],
      waitingInvoices: [
        {
          isPastDue: false,
          isCollecting: true,
          latestPayment: {
            status: 'PROCESSING',
            actionUrl: null,
            paymentMethod: {
              type: 'SEPA_DEBIT',
              brand: 'sepa_debit',
              last4: '3000',
              bankName: 'Sandbox Bank Köln',
              country: 'DE',
              mandateReference: expect.stringMatching(/^MND/),
              expiresAt: null,
              expiresSoon: false,
            },
          },
        },
      ],
      offeredPaymentMethodTypes: ['CARD', 'SEPA_DEBIT'],
    });
  });

  it('is not settled by what a webhook says: the gateway is asked', async () => {
    const [payment] = await lena.payments();
    const body = JSON.stringify({
      type: 'charge.updated',
      timestamp: new Date().toISOString(),
      data: { idempotencyKey: payment!.idempotencyKey, status: 'succeeded' },
    });
    expect((await post(body, signed(body))).status).toBe(204);
    await api.drain();
    expect(await lena.payments()).toMatchObject([{ status: 'PROCESSING' }]);
  });

  it('settles when the bank has said so, over the network', async () => {
    api.clock.advance({ days: 2 });
    await api.app.sandbox.settleDue();
    await api.drain();
    expect(await lena.payments()).toMatchObject([{ status: 'SUCCEEDED' }]);
    const portal = await api.customer(merchant, lena);
    const { viewer } = await portal.data(portalCustomer);
    expect(viewer.customer.waitingInvoices).toEqual([]);
  });
});

describe('POST /webhooks/gateway', () => {
  const body = JSON.stringify({ type: 'charge.updated', data: { idempotencyKey: 'unknown' } });

  it('takes what is signed, of keys it does not know and types it has no use for too', async () => {
    expect((await post(body, signed(body))).status).toBe(204);
    const other = JSON.stringify({ type: 'payout.paid', data: {} });
    expect((await post(other, signed(other))).status).toBe(204);
  });

  it('refuses what is not, was altered, or is old', async () => {
    const stale = signed(body, new Date(Date.now() - 301_000));
    const { 'webhook-signature': _, ...unsigned } = signed(body);
    for (const [text, headers] of [
      [body, unsigned],
      [body.replace('unknown', 'another'), signed(body)],
      [body, stale],
      ['', signed(body)],
    ] as const) {
      const response = await post(text, headers);
      expect(response.status).toBe(401);
      expect(await response.json()).toEqual({ error: 'INVALID_SIGNATURE' });
    }
    const read = await api.client().fetch('/webhooks/gateway');
    expect(read.status).toBe(405);
    expect((await api.client().fetch('/webhooks/other', { method: 'POST' })).status).toBe(404);
  });

  it('has one effect, however often it comes', async () => {
    const [payment] = await lena.payments();
    const again = JSON.stringify({
      type: 'charge.updated',
      data: { idempotencyKey: payment!.idempotencyKey },
    });
    for (let time = 0; time < 3; time += 1) await post(again, signed(again));
    await api.drain();
    expect((await lena.events()).filter((type) => type === 'payment.succeeded')).toHaveLength(1);
  });
});

describe('3-D Secure', () => {
  it('shows the customer where to confirm, and is paid once they have', async () => {
    const portal = await api.customer(merchant, hugo);
    const { viewer } = await portal.data(portalCustomer);
    const [waiting] = viewer.customer.waitingInvoices;
    expect(waiting.latestPayment.status).toBe('REQUIRES_ACTION');
    const { actionUrl } = waiting.latestPayment;
    const answer = await fetch(`${actionUrl}?return_to=/p/${merchant.slug}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ answer: 'complete' }).toString(),
    });
    expect(answer.headers.get('location')).toBe(`${api.url}/p/${merchant.slug}`);
    await api.drain();
    expect(await hugo.payments()).toMatchObject([{ status: 'SUCCEEDED' }]);
    const after = await portal.data(portalCustomer);
    expect(after.viewer.customer.waitingInvoices).toEqual([]);
  });
});

describe('disputes', () => {
  const list = `query ($status: DisputeStatus) { disputes(status: $status) { totalCount edges { node {
    status amount { amountMinor currency } reason respondBy respondUrl openedAt closedAt
    payment { customer { name } disputes { status } amountRefundable { amountMinor } } } } } }`;

  it('are listed for the merchant, by status, with where to answer them', async () => {
    const { disputes } = await owner.data(list, { status: 'OPEN' });
    expect(disputes.totalCount).toBe(1);
    const { node } = disputes.edges[0];
    expect(node).toMatchObject({
      status: 'OPEN',
      amount: { amountMinor: 4900, currency: 'EUR' },
      reason: 'fraudulent',
      closedAt: null,
      payment: {
        customer: { name: eve.row.name },
        disputes: [{ status: 'OPEN' }],
        amountRefundable: { amountMinor: 0 },
      },
    });
    const pressed = await fetch(node.respondUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ answer: 'lose' }).toString(),
    });
    expect(await pressed.text()).toContain('the money went back');
    await api.drain();
    expect((await owner.data(list, { status: 'OPEN' })).disputes.totalCount).toBe(0);
    const lost = await owner.data(list, { status: 'LOST' });
    expect(lost.disputes.edges[0].node).toMatchObject({ status: 'LOST', respondUrl: null });
  });

  it('are for keys that may read payments, and for no customer', async () => {
    const key = await api.apiKey(merchant, ['payments:read']);
    expect((await key.data(`query { disputes { totalCount } }`)).disputes.totalCount).toBe(1);
    const portal = await api.customer(merchant, eve);
    const refused = await portal.request(`query { disputes { totalCount } }`);
    expect(refused.errors).toMatchObject([{ extensions: { permission: 'NOT_FOR_CUSTOMERS' } }]);
    const [dispute] = await api.app.database.dispute.findMany();
    const query = `query ($id: ID!) { node(id: $id) { id } }`;
    const id = globalId('Dispute', dispute!.id);
    expect((await portal.request(query, { id })).data.node).toBeNull();
    expect((await owner.request(query, { id })).data.node).not.toBeNull();
    const stranger = await api.staff(await api.seed.merchant());
    expect((await stranger.request(query, { id })).data.node).toBeNull();
  });
});

it('staff remove a payment method of a customer, but not the last one that is needed', async () => {
  const remove = `mutation ($input: RemovePaymentMethodInput!) { removePaymentMethod(input: $input) {
    __typename ... on ConflictError { code } ... on Customer { paymentMethods { last4 } } } }`;
  const joe = await merchant.customer();
  await joe.subscription();
  await joe.enterAccount('sepa');
  await api.drain();
  const [card, account] = await joe.paymentMethods();
  const input = (id: string) => ({ input: { paymentMethodId: globalId('PaymentMethod', id) } });
  const analyst = await api.staff(merchant, 'ANALYST');
  const denied = await analyst.request(remove, input(card!.id));
  expect(denied.errors).toMatchObject([{ extensions: { permission: 'payment-methods:write' } }]);
  const support = await api.staff(merchant, 'SUPPORT');
  const removed = await support.data(remove, input(card!.id));
  expect(removed.removePaymentMethod).toMatchObject({
    __typename: 'Customer',
    paymentMethods: [{ last4: '3000' }],
  });
  const kept = await support.data(remove, input(account!.id));
  expect(kept.removePaymentMethod).toEqual({
    __typename: 'ConflictError',
    code: 'LAST_PAYMENT_METHOD',
  });
});

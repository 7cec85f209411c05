/** What belongs to somebody else looks exactly like what does not exist. */
import { updatePortalPermissions } from '@4geeks/billing/portal/update-portal-permissions';
import { createWebhookEndpoint } from '@4geeks/billing/webhook/create-webhook-endpoint';
import { sendTestWebhook } from '@4geeks/billing/webhook/send-test-webhook';
import { describe, expect, it } from 'vitest';

import { globalId, testApi } from '../testkit/api.ts';
import type { GraphqlClient } from '../testkit/graphql-client.ts';
import type { SeededCustomer } from '../testkit/seed.ts';
import { unknownId } from './probes.ts';

const api = await testApi();
const merchant = await api.seed.merchant();
const other = await api.seed.merchant();
const ada = await merchant.pastDueCustomer();
const bob = await merchant.pastDueCustomer();
const stranger = await other.pastDueCustomer();
await api.drain();
const { endpoint } = await createWebhookEndpoint(api.app.billing, merchant.system, {
  // Nobody is there.
  url: 'http://127.0.0.1:1',
  eventTypes: ['test_clock.advanced'],
});
const delivery = await sendTestWebhook(api.app.billing, merchant.system, {
  webhookEndpointId: endpoint.id,
});
await api.drain();

async function idsOf(customer: SeededCustomer): Promise<Record<string, string>> {
  const where = { customerId: customer.id };
  const { database } = api.app;
  const invoice = await database.invoice.findFirstOrThrow({ where: { ...where, status: 'OPEN' } });
  const [subscription] = await customer.subscriptions();
  const row = async (found: Promise<{ id: string }>) => (await found).id;
  const { price } = await database.subscriptionItem.findFirstOrThrow({
    where: { subscriptionId: subscription!.id },
    include: { price: true },
  });
  return {
    Customer: customer.id,
    Invoice: invoice.id,
    Subscription: subscription!.id,
    PaymentMethod: (await customer.paymentMethods())[0]!.id,
    Payment: (await customer.payments()).at(-1)!.id,
    InvoiceLine: await row(
      database.invoiceLine.findFirstOrThrow({ where: { invoiceId: invoice.id } }),
    ),
    SubscriptionItem: await row(
      database.subscriptionItem.findFirstOrThrow({ where: { subscriptionId: subscription!.id } }),
    ),
    Event: await row(database.event.findFirstOrThrow({ where })),
    EmailMessage: await row(database.emailMessage.findFirstOrThrow({ where })),
    WebhookEndpoint: endpoint.id,
    WebhookDelivery: delivery.id,
    Product: price.productId,
    Price: price.id,
  };
}

const viewers: [string, () => Promise<GraphqlClient>, SeededCustomer][] = [
  ['staff of another merchant', () => api.staff(other), ada],
  [
    'another merchant’s API key',
    () => api.apiKey(other, ['customers:read', 'invoices:read', 'payments:read', 'events:read']),
    ada,
  ],
  ['another customer', () => api.customer(merchant, bob), ada],
  ['another merchant’s customer', () => api.customer(other, stranger), ada],
];

describe.each(viewers)('%s', async (_name, signIn, owner) => {
  const viewer = await signIn();
  const ids = await idsOf(owner);

  it('finds nothing by node(id) and nodes(ids)', async () => {
    for (const [type, id] of Object.entries(ids)) {
      const query = `query ($id: ID!) { node(id: $id) { __typename } nodes(ids: [$id]) { __typename } }`;
      const theirs = await viewer.request(query, { id: globalId(type, id) });
      const none = await viewer.request(query, { id: globalId(type, unknownId) });
      expect(theirs.data, type).toEqual({ node: null, nodes: [null] });
      expect({ ...theirs, headers: null }).toEqual({ ...none, headers: null });
    }
  });

  it('finds no customer and no PDF', async () => {
    const { data, errors } = await viewer.request(
      `query ($id: ID!) { customer(id: $id) { name } }`,
      {
        id: globalId('Customer', ids['Customer']!),
      },
    );
    expect([data, errors]).toEqual([{ customer: null }, []]);
    const portal = viewer.headers['x-portal'];
    const suffix = portal ? `?portal=${portal}` : '';
    const pdf = async (id: string) => {
      const response = await viewer.fetch(`/invoices/${id}/pdf${suffix}`);
      return [response.status, await response.text()];
    };
    const theirs = await pdf(ids['Invoice']!);
    expect(theirs[0]).toBe(404);
    expect(theirs).toEqual(await pdf(unknownId));
  });

  it('changes nothing, and hears the same as for what does not exist', async () => {
    const mutations: [string, (of: Record<string, string>) => object][] = [
      [
        'cancelSubscription',
        (of) => ({ subscriptionId: globalId('Subscription', of['Subscription']!) }),
      ],
      [
        'undoSubscriptionCancellation',
        (of) => ({ subscriptionId: globalId('Subscription', of['Subscription']!) }),
      ],
      [
        'updateCustomer',
        (of) => ({ customerId: globalId('Customer', of['Customer']!), name: 'Theirs' }),
      ],
      ['archiveProduct', (of) => ({ productId: globalId('Product', of['Product']!) })],
      [
        'updateWebhookEndpoint',
        (of) => ({ webhookEndpointId: globalId('WebhookEndpoint', of['WebhookEndpoint']!) }),
      ],
      [
        'rotateWebhookSecret',
        (of) => ({ webhookEndpointId: globalId('WebhookEndpoint', of['WebhookEndpoint']!) }),
      ],
      [
        'redeliverWebhook',
        (of) => ({ webhookDeliveryId: globalId('WebhookDelivery', of['WebhookDelivery']!) }),
      ],
      ['archivePrice', (of) => ({ priceId: globalId('Price', of['Price']!) })],
      ['collectInvoice', (of) => ({ invoiceId: globalId('Invoice', of['Invoice']!) })],
      [
        'setDefaultPaymentMethod',
        (of) => ({ paymentMethodId: globalId('PaymentMethod', of['PaymentMethod']!) }),
      ],
      [
        'removePaymentMethod',
        (of) => ({ paymentMethodId: globalId('PaymentMethod', of['PaymentMethod']!) }),
      ],
    ];
    const nothing = Object.fromEntries(Object.keys(ids).map((type) => [type, unknownId]));
    const before = await owner.events();
    for (const [name, inputOf] of mutations) {
      const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
      const ask = async (of: Record<string, string>) => {
        const answer = await viewer.request(
          `mutation ($input: ${type}!) { ${name}(input: $input) { __typename ... on Error { code message } } }`,
          { input: inputOf(of) },
        );
        return { status: answer.status, data: answer.data, errors: answer.errors };
      };
      const theirs = await ask(ids);
      expect(theirs, name).toEqual(await ask(nothing));
      const isOpen = theirs.errors.length === 0;
      if (isOpen) expect(theirs.data[name].__typename, name).toBe('NotFoundError');
    }
    await api.drain();
    expect(await owner.events()).toEqual(before);
  });
});

describe('lists', () => {
  it('hold the viewer’s own merchant’s rows only', async () => {
    const staff = await api.staff(other);
    const data = await staff.data(`{
      customers(first: 50) { totalCount edges { node { id } } }
      invoices(first: 50) { edges { node { customer { id } } } }
      payments(first: 50) { edges { node { customer { id } } } }
      subscriptions(first: 50) { edges { node { customer { id } } } }
      events(first: 50) { edges { node { customer { id } } } }
      webhookEndpoints(first: 50) { totalCount }
    }`);
    const own = globalId('Customer', stranger.id);
    expect(data.customers).toEqual({ totalCount: 1, edges: [{ node: { id: own } }] });
    expect(data.webhookEndpoints).toEqual({ totalCount: 0 });
    for (const list of ['invoices', 'payments', 'subscriptions', 'events']) {
      expect(data[list].edges.length).toBeGreaterThan(0);
      for (const { node } of data[list].edges)
        expect([own, undefined]).toContain(node.customer?.id);
    }
  });

  it('cannot be searched into another merchant', async () => {
    const staff = await api.staff(other);
    const { customers } = await staff.data(
      `query ($search: String) { customers(search: $search, first: 5) { totalCount } }`,
      { search: ada.row.email },
    );
    expect(customers.totalCount).toBe(0);
  });
});

describe('a customer without VIEW_PAYMENT_HISTORY', () => {
  it('cannot reach a paid invoice or an old payment by any way round', async () => {
    const closed = await api.seed.merchant({ permissions: ['UPDATE_PAYMENT_METHODS'] });
    const eve = await closed.customer();
    await eve.subscription();
    await api.drain();
    const [paid] = await eve.invoices();
    const [payment] = await eve.payments();
    expect(paid!.status).toBe('PAID');
    const portal = await api.customer(closed, eve);
    const { data } = await portal.request(
      `query ($invoice: ID!, $payment: ID!) {
        invoice: node(id: $invoice) { id }
        payment: node(id: $payment) { id }
        viewer { customer { subscriptions(first: 5) { edges { node { latestInvoice { number } } } } } }
      }`,
      { invoice: globalId('Invoice', paid!.id), payment: globalId('Payment', payment!.id) },
    );
    expect(data).toEqual({
      invoice: null,
      payment: null,
      viewer: { customer: { subscriptions: { edges: [{ node: { latestInvoice: null } }] } } },
    });

    // Who may download it may know of the newest, so that there is something to download.
    await updatePortalPermissions(api.app.billing, closed.system, {
      permissions: ['DOWNLOAD_INVOICES'],
    });
    const { viewer } = await portal.data(
      `{ viewer { customer { subscriptions(first: 5) { edges { node { latestInvoice { number } } } } } } }`,
    );
    expect(viewer.customer.subscriptions.edges).toEqual([
      { node: { latestInvoice: { number: paid!.number } } },
    ]);
  });
});

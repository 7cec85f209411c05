/** One payment, invoice or subscription, watched. */
import { createProduct } from '@4geeks/billing/product/create-product';
import { saveNotificationTemplate } from '@4geeks/billing/notification/save-notification-template';
import { updatePortalPermissions } from '@4geeks/billing/portal/update-portal-permissions';
import { cancelSubscription } from '@4geeks/billing/subscription/cancel-subscription';
import { updateCustomer } from '@4geeks/billing/customer/update-customer';
import { describe, expect, it } from 'vitest';

import { globalId, testApi } from '../testkit/api.ts';
import { unknownId } from '../access/probes.ts';

const api = await testApi();
const watchInvoice = `subscription ($id: ID!) { invoiceChanged(invoiceId: $id) {
  status amountPaid { amountMinor } latestPayment { status } } }`;
const watchPayment = `subscription ($id: ID!) { paymentChanged(paymentId: $id) { status } }`;
const watchSubscription = `subscription ($id: ID!) { subscriptionChanged(subscriptionId: $id) {
  status cancelAtPeriodEnd } }`;

describe.each([
  ['WebSocket', 'live'],
  ['Server-Sent Events', 'liveSse'],
] as const)('over %s', (_name, how) => {
  it('an invoice and its subscription are told until paid, to staff and customer', async () => {
    const merchant = await api.seed.merchant();
    const ada = await merchant.pastDueCustomer();
    const [invoice] = await ada.openInvoices();
    const [subscription] = await ada.subscriptions();
    const staff = await api.staff(merchant);
    const portal = await api.customer(merchant, ada);
    const invoices = [staff, portal].map((client) =>
      client[how](watchInvoice, { id: globalId('Invoice', invoice!.id) }),
    );
    const subscriptions = staff[how](watchSubscription, {
      id: globalId('Subscription', subscription!.id),
    });
    for (const live of invoices) {
      expect((await live.next()).data.invoiceChanged).toMatchObject({
        status: 'OPEN',
        latestPayment: { status: 'FAILED' },
      });
    }
    expect((await subscriptions.next()).data.subscriptionChanged).toMatchObject({
      status: 'PAST_DUE',
    });
    await ada.enterCard('visa', { makeDefault: true });
    await api.drain();
    for (const live of invoices) {
      await live.until(({ invoiceChanged }) => invoiceChanged.status === 'PAID');
    }
    await subscriptions.until(({ subscriptionChanged }) => subscriptionChanged.status === 'ACTIVE');
    const payment = (await ada.payments()).at(-1)!;
    const watched = staff[how](watchPayment, { id: globalId('Payment', payment.id) });
    expect((await watched.next()).data.paymentChanged).toEqual({ status: 'SUCCEEDED' });
    for (const live of [...invoices, subscriptions, watched]) live.close();
  });

  it('what changes nothing of it is not told', async () => {
    const merchant = await api.seed.merchant();
    const ada = await merchant.customer();
    await ada.subscription();
    await api.drain();
    const [subscription] = await ada.subscriptions();
    const key = await api.apiKey(merchant, ['subscriptions:read']);
    const live = key[how](watchSubscription, { id: globalId('Subscription', subscription!.id) });
    expect((await live.next()).data.subscriptionChanged.cancelAtPeriodEnd).toBe(false);
    for (const name of ['Ada', 'Ada L.', 'Ada Lovelace']) {
      await updateCustomer(api.app.billing, merchant.system, { customerId: ada.id, name });
    }
    await cancelSubscription(api.app.billing, merchant.system, {
      subscriptionId: subscription!.id,
    });
    // The very next message.
    expect((await live.next()).data.subscriptionChanged.cancelAtPeriodEnd).toBe(true);
    live.close();
  });
});

describe('a customer’s billing', () => {
  it('goes on from any place in a list', async () => {
    const merchant = await api.seed.merchant();
    const ada = await merchant.customer();
    const staff = await api.staff(merchant);
    const variables = { id: globalId('Customer', ada.id) };
    const page = `customerBilling(customerId: $id) {
      events(first: 1, after: $after) { edges { cursor node { id } } } }`;
    const watch = `subscription ($id: ID!, $after: String) { ${page} }`;
    const first = staff.live(watch, variables);
    const [{ cursor, node }] = (await first.next()).data.customerBilling.events.edges;
    const second = staff.live(watch, { ...variables, after: cursor });
    const { data } = await second.next();
    expect(data.customerBilling.events.edges).toHaveLength(1);
    expect(data.customerBilling.events.edges[0].node.id).not.toBe(node.id);
    for (const live of [first, second]) live.close();
  });

  it('is each one’s own where many are told of one change', async () => {
    const merchant = await api.seed.merchant();
    const other = await api.seed.merchant();
    const customers = await Promise.all(
      ['Ada', 'Bob', 'Cleo', 'Dan', 'Eve'].map((name) => merchant.customer({ name })),
    );
    const stranger = await other.customer({ name: 'Mallory' });
    const watch = 'subscription ($id: ID) { customerBilling(customerId: $id) { id name } }';
    const staff = await api.staff(merchant);
    const portals = await Promise.all(
      customers.map(async (customer) => (await api.customer(merchant, customer)).live(watch)),
    );
    const consoles = customers.map(({ id }) => staff.live(watch, { id: globalId('Customer', id) }));
    const own = customers.map(({ id }) => ({ id: globalId('Customer', id) }));
    for (const lives of [portals, consoles]) {
      const told = await Promise.all(lives.map((live) => live.next()));
      expect(told.map(({ data }) => data.customerBilling)).toMatchObject(own);
    }
    for (const [index, { id }] of customers.entries()) {
      await updateCustomer(api.app.billing, merchant.system, {
        customerId: id,
        name: `Renamed ${index}`,
      });
    }
    const renamed = own.map(({ id }, index) => ({ id, name: `Renamed ${index}` }));
    for (const lives of [portals, consoles]) {
      const told = await Promise.all(
        lives.map((live, index) =>
          live.until(({ customerBilling }) => customerBilling.name === `Renamed ${index}`),
        ),
      );
      expect(told.map(({ customerBilling }) => customerBilling)).toEqual(renamed);
    }
    const foreign = [
      staff.live(watch, { id: globalId('Customer', stranger.id) }),
      (await api.customer(merchant, customers[0]!)).live(watch, {
        id: globalId('Customer', customers[1]!.id),
      }),
    ];
    for (const live of foreign) expect((await live.next()).data).toEqual({ customerBilling: null });
    for (const live of [...portals, ...consoles, ...foreign]) live.close();
  });

  it('is not made again for what only the merchant sees, but for what it sells', async () => {
    const merchant = await api.seed.merchant();
    const ada = await merchant.customer();
    const portal = await api.customer(merchant, ada);
    const live = portal.live('subscription { customerBilling { name } }');
    await live.next();
    // Each of these would be a message of its own.
    await merchant.apiKey(['customers:read']);
    await saveNotificationTemplate(api.app.billing, merchant.system, {
      kind: 'INVOICE_CREATED',
      locale: 'en',
      subject: 'Your invoice',
      body: 'See {{ customer_portal_link }}',
    });
    await createProduct(api.app.billing, merchant.system, { name: 'Team' });
    await live.next();
    await updateCustomer(api.app.billing, merchant.system, { customerId: ada.id, name: 'Bob' });
    expect((await live.next()).data.customerBilling.name).toBe('Bob');
    live.close();
  });
});

describe('what is not the viewer’s', () => {
  it('looks like what does not exist', async () => {
    const merchant = await api.seed.merchant();
    const other = await api.seed.merchant();
    const [ada, bob] = [await merchant.pastDueCustomer(), await merchant.customer()];
    const [invoice] = await ada.openInvoices();
    const ids = {
      Invoice: invoice!.id,
      Payment: (await ada.payments()).at(-1)!.id,
      Subscription: (await ada.subscriptions())[0]!.id,
    };
    const strangers = [
      await api.staff(other),
      await api.customer(merchant, bob),
      await api.apiKey(other, ['invoices:read', 'payments:read', 'subscriptions:read']),
    ];
    const queries = {
      Invoice: watchInvoice,
      Payment: watchPayment,
      Subscription: watchSubscription,
    };
    for (const stranger of strangers) {
      for (const [type, query] of Object.entries(queries)) {
        const live = stranger.live(query, { id: globalId(type, ids[type as keyof typeof ids]) });
        const none = stranger.live(query, { id: globalId(type, unknownId) });
        const first = await live.next();
        expect(Object.values(first.data)).toEqual([null]);
        expect(first).toEqual(await none.next());
        live.close();
        none.close();
      }
    }
  });

  it('a payment is told of with VIEW_PAYMENT_HISTORY, and no longer without', async () => {
    const merchant = await api.seed.merchant();
    const ada = await merchant.pastDueCustomer();
    const portal = await api.customer(merchant, ada);
    const payment = (await ada.payments()).at(-1)!;
    const live = portal.live(watchPayment, { id: globalId('Payment', payment.id) });
    expect((await live.next()).data.paymentChanged).toEqual({ status: 'FAILED' });
    await updatePortalPermissions(api.app.billing, merchant.system, { permissions: [] });
    expect((await live.next()).data.paymentChanged).toBeNull();
    live.close();
  });
});

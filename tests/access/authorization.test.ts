/** Holds the running API to schema/authorization.md: every field, every kind of viewer. */
import {
  apiKeyScopes,
  portalPermissions,
  scopesOfRole,
  type PortalPermission,
  type Scope,
} from '@4geeks/billing/access/viewer';
import { createCoupon } from '@4geeks/billing/coupon/create-coupon';
import { creditInvoice } from '@4geeks/billing/credit-note/credit-invoice';
import { applyCoupon } from '@4geeks/billing/discount/apply-coupon';
import { updatePortalPermissions } from '@4geeks/billing/portal/update-portal-permissions';
import { createWebhookEndpoint } from '@4geeks/billing/webhook/create-webhook-endpoint';
import { sendTestWebhook } from '@4geeks/billing/webhook/send-test-webhook';
import { createTaxRate } from '@4geeks/billing/tax/create-tax-rate';
import type { StaffRole } from '@4geeks/prisma';
import { describe, expect, it } from 'vitest';

import { globalId, testApi } from '../testkit/api.ts';
import type { Answer, GraphqlClient } from '../testkit/graphql-client.ts';
import { readAuthorizationTable, type Demand, type FieldRow } from './authorization-table.ts';
import { mutationProbe, reach, touch, type Ids } from './probes.ts';

const table = readAuthorizationTable();
const api = await testApi();
const merchant = await api.seed.merchant();
const eve = await merchant.customer({ card: 'visa_disputed' });
await eve.subscription();
const ada = await merchant.pastDueCustomer();
await api.drain();
const owner = await api.staff(merchant, 'OWNER');
const portal = await api.customer(merchant, ada);
const ids = await findIds();

async function findIds(): Promise<Ids> {
  const paid = (await ada.invoices()).find(({ status }) => status === 'PAID');
  const note = await creditInvoice(api.app.billing, merchant.system, {
    invoiceId: paid!.id,
    amountMinor: 100n,
    reason: 'Downtime',
  });
  await api.drain();
  const [invoice] = await ada.openInvoices();
  const [payment] = await api.app.database.payment.findMany({ where: { invoiceId: invoice!.id } });
  const [line] = await api.app.database.invoiceLine.findMany({ where: { invoiceId: invoice!.id } });
  const [item] = await api.app.database.subscriptionItem.findMany({
    where: { subscription: { customerId: ada.id } },
  });
  const [product] = await api.app.database.product.findMany();
  const taxRate = await createTaxRate(api.app.billing, merchant.system, {
    name: 'IVA',
    ratePpm: 210_000,
    inclusive: false,
  });
  const coupon = await createCoupon(api.app.billing, merchant.system, {
    code: 'WELCOME',
    percentOffBps: 1000,
    duration: 'FOREVER',
  });
  await applyCoupon(api.app.billing, merchant.system, {
    subscriptionId: (await ada.subscriptions())[0]!.id,
    code: coupon.code,
  });
  const [discount] = await api.app.database.discount.findMany();
  const { endpoint } = await createWebhookEndpoint(api.app.billing, merchant.system, {
    // Nobody is there.
    url: 'http://127.0.0.1:1',
    eventTypes: ['test_clock.advanced'],
  });
  const delivery = await sendTestWebhook(api.app.billing, merchant.system, {
    webhookEndpointId: endpoint.id,
  });
  const [event] = await api.app.database.event.findMany({ where: { customerId: ada.id } });
  const [mail] = await api.app.database.emailMessage.findMany();
  const [member] = await api.app.database.staffMember.findMany();
  const { viewer: key } = await merchant.apiKey(['events:read']);
  const [dispute] = await api.app.database.dispute.findMany();
  const [subscription] = await ada.subscriptions();
  return {
    customer: globalId('Customer', ada.id),
    invoice: globalId('Invoice', invoice!.id),
    subscription: globalId('Subscription', subscription!.id),
    merchant: globalId('Merchant', merchant.id),
    staffMember: globalId('StaffMember', member!.id),
    event: globalId('Event', event!.id),
    emailMessage: globalId('EmailMessage', mail!.id),
    payment: globalId('Payment', payment!.id),
    paymentMethod: globalId('PaymentMethod', payment!.paymentMethodId),
    refund: globalId('Refund', note.refundId!),
    dispute: globalId('Dispute', dispute!.id),
    creditNote: globalId('CreditNote', note.id),
    invoiceLine: globalId('InvoiceLine', line!.id),
    subscriptionItem: globalId('SubscriptionItem', item!.id),
    product: globalId('Product', product!.id),
    price: globalId('Price', item!.priceId),
    taxRate: globalId('TaxRate', taxRate.id),
    coupon: globalId('Coupon', coupon.id),
    discount: globalId('Discount', discount!.id),
    webhookEndpoint: globalId('WebhookEndpoint', endpoint.id),
    webhookDelivery: globalId('WebhookDelivery', delivery.id),
    apiKey: globalId('ApiKey', key.apiKeyId),
  };
}

type Kind = Exclude<keyof FieldRow, 'field'>;

interface Case {
  kind: Kind;
  client: GraphqlClient;
  /** Scopes or portal permissions. */
  granted: ReadonlySet<string>;
}

/** What is missing for `demand`; null when nothing is. */
function missing(demand: Demand, granted: ReadonlySet<string>): readonly string[] | null {
  if (demand === true) return null;
  if (demand === false) return ['never'];
  const absent = demand.filter((name) => !granted.has(name));
  return absent.length > 0 ? absent : null;
}

function denial(answer: Answer, path: readonly (string | number)[]) {
  return answer.errors.find(
    (error) =>
      JSON.stringify(error.path) === JSON.stringify(path) &&
      ['FORBIDDEN', 'UNAUTHENTICATED'].includes(error.extensions['code']),
  );
}

function at(data: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<string, unknown> | null)?.[key],
    data,
  );
}

/** Asserts, for one answer, that `row` was open or closed as promised. */
function check(row: FieldRow, at_: readonly (string | number)[], answer: Answer, viewer: Case) {
  const lacks = missing(row[viewer.kind], viewer.granted);
  const denied = denial(answer, [...at_, row.field]);
  const what = `${at_.join('.')}.${row.field} for ${viewer.kind} with ${[...viewer.granted].join(' ')}`;
  if (lacks === null) {
    expect(denied, `${what} should be open`).toBeUndefined();
    return;
  }
  expect(denied, `${what} should be closed`).toBeDefined();
  expect(at(answer.data, [...at_, row.field]) ?? null, what).toBeNull();
  if (viewer.kind === 'anonymous') {
    expect(denied!.extensions['code'], what).toBe('UNAUTHENTICATED');
  } else {
    expect(denied!.extensions['code'], what).toBe('FORBIDDEN');
    if (lacks[0] === 'never') expect(denied!.extensions['permission'], what).toMatch(/^NOT_FOR_/);
    else expect(lacks, what).toContain(denied!.extensions['permission']);
  }
}

const nounsInTable = Object.keys(table.types).filter(
  (type) => reach(type, ids, '{ __typename }', false) !== null,
);

async function checkNouns(viewer: Case): Promise<void> {
  for (const type of nounsInTable) {
    const rows = table.types[type]!;
    const fields = `{ ${rows.map(({ field }) => touch(type, field)).join(' ')} }`;
    const { query, path } = reach(type, ids, fields, viewer.kind === 'portal')!;
    const answer = await viewer.client.request(`query { ${query} }`);
    expect(answer.status, JSON.stringify(answer.errors)).toBe(200);
    if (at(answer.data, path) == null) {
      // Who may not even know of the noun, or of what it is reached through, finds none.
      const first = rows.find(({ field }) => field === 'id') ?? rows[0]!;
      const owner = table.types['Merchant']!.find(({ field }) => field === 'id')!;
      const lacks =
        missing(first[viewer.kind], viewer.granted) ??
        (type === 'PortalSettings' ? missing(owner[viewer.kind], viewer.granted) : null);
      expect(
        lacks,
        `${type} is hidden from ${viewer.kind} ${[...viewer.granted].join(' ')}`,
      ).not.toBeNull();
      continue;
    }
    for (const row of rows) check(row, path, answer, viewer);
  }
}

async function checkRoots(viewer: Case): Promise<void> {
  const needing: Record<string, string> = {
    customer: `customer(id: "${ids.customer}") { __typename }`,
    node: `node(id: "${ids.customer}") { __typename }`,
    nodes: `nodes(ids: ["${ids.customer}"]) { __typename }`,
    subscriptionPreview: `subscriptionPreview(input: { customerId: "${ids.customer}", items: [] }) { __typename }`,
    subscriptionChangePreview: `subscriptionChangePreview(input: { subscriptionId: "${ids.subscription}", items: [], when: NOW }) { __typename }`,
    portal: `portal(slug: "${merchant.slug}") { __typename }`,
    notificationPreview: `notificationPreview(input: { kind: INVOICE_CREATED, locale: en, subject: "x", body: "x" }) { __typename }`,
  };
  for (const row of table.types['Query']!) {
    const answer = await viewer.client.request(
      `query { ${needing[row.field] ?? touch('Query', row.field)} }`,
    );
    check(row, [], answer, viewer);
  }
  for (const type of ['Viewer', 'Portal']) {
    const rows = table.types[type]!;
    const field = type === 'Viewer' ? 'viewer' : `portal(slug: "${merchant.slug}")`;
    const answer = await viewer.client.request(
      `query { ${field} { ${rows.map((row) => touch(type, row.field)).join(' ')} } }`,
    );
    for (const row of rows) check(row, [type.toLowerCase()], answer, viewer);
  }
}

/** Everything that mutations may change, as one value. */
async function stateOfMoney(): Promise<unknown> {
  const tables = ['Payment', 'PaymentMethod', 'Invoice', 'Subscription', 'NotificationTemplate'];
  tables.push(
    'Customer',
    'Product',
    'ProductTranslation',
    'Price',
    'TaxRate',
    'Coupon',
    'Discount',
    'WebhookEndpoint',
    'PortalSessionLink',
  );
  const rows = await Promise.all(
    [...tables, 'PortalSettings', 'Event'].map((name) =>
      api.database.sql(
        `select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as sum from "${name}" t`,
      ),
    ),
  );
  return rows.flat();
}

async function checkMutations(viewer: Case, only: 'closed' | 'all' = 'all'): Promise<void> {
  const before = await stateOfMoney();
  for (const row of table.types['Mutation']!) {
    // It would end the session that the rest is tried with.
    if (row.field === 'signOutOfPortal') continue;
    const lacks = missing(row[viewer.kind], viewer.granted);
    if (lacks === null && (only === 'closed' || changesSomething.has(row.field))) continue;
    const { query, variables } = mutationProbe(row.field, {
      encode: globalId,
      slug: merchant.slug,
    });
    check(row, [], await viewer.client.request(query, variables), viewer);
  }
  expect(await stateOfMoney()).toEqual(before);
}

/** With the right they always have an effect; tried as what they are for in tests/api. */
const changesSomething = new Set([
  'disablePortal',
  'enablePortal',
  'resetNotificationTemplate',
  'updatePortalPermissions',
]);

const combinations = Array.from({ length: 16 }, (_, bits) =>
  portalPermissions.filter((_permission, index) => bits & (1 << index)),
);

it('the table names every type that has identities', () => {
  expect(nounsInTable.sort()).toEqual([
    'ApiKey',
    'Coupon',
    'CreditNote',
    'Customer',
    'Discount',
    'Dispute',
    'EmailMessage',
    'Event',
    'Invoice',
    'InvoiceLine',
    'Merchant',
    'Payment',
    'PaymentMethod',
    'PortalSettings',
    'Price',
    'Product',
    'Refund',
    'StaffMember',
    'Subscription',
    'SubscriptionItem',
    'TaxRate',
    'WebhookDelivery',
    'WebhookEndpoint',
  ]);
});

describe('a customer in the portal', () => {
  it.each(combinations.map((permissions) => [permissions.join(' ') || 'nothing', permissions]))(
    'who may %s',
    async (_name, permissions) => {
      await updatePortalPermissions(api.app.billing, merchant.system, {
        permissions: permissions as PortalPermission[],
      });
      const viewer: Case = { kind: 'portal', client: portal, granted: new Set(permissions) };
      await checkNouns(viewer);
      await checkRoots(viewer);
      await checkMutations(viewer);

      const invoiceId = (await ada.openInvoices())[0]!.id;
      const pdf = await portal.fetch(`/invoices/${invoiceId}/pdf?portal=${merchant.slug}`, {
        method: 'HEAD',
      });
      expect(pdf.status).toBe(permissions.includes('DOWNLOAD_INVOICES') ? 200 : 403);
    },
  );
});

describe('staff', () => {
  it.each(['OWNER', 'ADMIN', 'SUPPORT', 'ANALYST'] satisfies StaffRole[])(
    'in role %s',
    async (role) => {
      const granted = new Set<string>(
        Object.entries(table.roles)
          .filter(([, roles]) => roles.includes(role))
          .map(([scope]) => scope),
      );
      expect([...granted].sort()).toEqual([...scopesOfRole[role]].sort());
      const client = role === 'OWNER' ? owner : await api.staff(merchant, role);
      const viewer: Case = { kind: 'staff', client, granted };
      await checkNouns(viewer);
      await checkRoots(viewer);
      await checkMutations(viewer);
    },
  );
});

describe('an API key', () => {
  it.each(apiKeyScopes.map((scope) => [scope]))('with the scope %s alone', async (scope) => {
    const client = await api.apiKey(merchant, [scope]);
    const viewer: Case = { kind: 'apiKey', client, granted: new Set([scope]) };
    await checkNouns(viewer);
    await checkRoots(viewer);
    await checkMutations(viewer, 'closed');
  });

  it('with every scope but one', { timeout: 60_000 }, async () => {
    for (const scope of apiKeyScopes) {
      const others = apiKeyScopes.filter((each): each is Scope => each !== scope);
      const client = await api.apiKey(merchant, others);
      const viewer: Case = { kind: 'apiKey', client, granted: new Set(others) };
      await checkNouns(viewer);
      await checkRoots(viewer);
      await checkMutations(viewer, 'closed');
    }
  });
});

describe('nobody', () => {
  it.each([
    ['without a session', () => api.client()],
    ['at a portal', () => api.client({ headers: { 'x-portal': merchant.slug } })],
    [
      'with a made-up session',
      () =>
        api.client({
          headers: {
            'x-portal': merchant.slug,
            cookie: `portal_session_${merchant.slug}=made-up; staff.session_token=made-up`,
          },
        }),
    ],
    [
      'with a staff session, at a portal',
      () => api.client({ headers: { ...owner.headers, 'x-portal': merchant.slug } }),
    ],
    [
      'with a portal session, at another portal',
      () => api.client({ headers: { ...portal.headers, 'x-portal': 'another' } }),
    ],
  ])('%s', async (_name, client) => {
    const viewer: Case = { kind: 'anonymous', client: client(), granted: new Set() };
    await checkNouns(viewer);
    await checkRoots(viewer);
    await checkMutations(viewer);
  });
});

/**
 * Holds one viewer to schema/authorization.md: every field, by every transport, in every form. A
 * file that imports it has an API, a merchant and a row of every noun of its own.
 */
import { createCoupon } from '@4geeks/billing/coupon/create-coupon';
import { creditInvoice } from '@4geeks/billing/credit-note/credit-invoice';
import { applyCoupon } from '@4geeks/billing/discount/apply-coupon';
import { createTaxRate } from '@4geeks/billing/tax/create-tax-rate';
import { setPriceTaxRate } from '@4geeks/billing/product/set-price-tax-rate';
import { inviteStaffMember } from '@4geeks/billing/staff-invitation/invite-staff-member';
import { createWebhookEndpoint } from '@4geeks/billing/webhook/create-webhook-endpoint';
import { sendTestWebhook } from '@4geeks/billing/webhook/send-test-webhook';
import { expect } from 'vitest';

import { globalId, testApi } from '../testkit/api.ts';
import { overHttp, overSocket, overStreams, type Carrier } from './carriers.ts';
import {
  aliased,
  at,
  check,
  checkObject,
  deep,
  missing,
  plain,
  select,
  table,
  type Case,
  type Form,
  type Path,
} from './judge.ts';
import { mutationProbe, reach, touch, unknownId, type Ids } from './probes.ts';

export const api = await testApi();
export const merchant = await api.seed.merchant();
const eve = await merchant.customer({ card: 'visa_disputed' });
await eve.subscription();
export const ada = await merchant.pastDueCustomer();
await api.drain();
export const owner = await api.staff(merchant, 'OWNER');
export const portal = await api.customer(merchant, ada);
export const ids = await findIds();
const more = await findMoreIds();
export const expired = await expiredClients();

/** Credentials that were good once. */
async function expiredClients() {
  const [clients, past] = [
    {
      portal: await api.customer(merchant, eve),
      staff: await api.staff(merchant),
    },
    { expiresAt: new Date(0) },
  ];
  const { database } = api.app;
  await database.portalSession.updateMany({ where: { customerId: eve.id }, data: past });
  const newest = await database.staffSession.findFirstOrThrow({ orderBy: { createdAt: 'desc' } });
  await database.staffSession.update({ where: { id: newest.id }, data: past });
  return clients;
}

async function findMoreIds() {
  const { database } = api.app;
  const note = await database.creditNote.findFirstOrThrow();
  const dispute = await database.dispute.findFirstOrThrow();
  return {
    creditedInvoice: globalId('Invoice', note.invoiceId),
    disputedPayment: globalId('Payment', dispute.paymentId),
  };
}

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
  await setPriceTaxRate(api.app.billing, merchant.system, {
    priceId: item!.priceId,
    taxRateId: taxRate.id,
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
  const invitation = await inviteStaffMember(api.app.billing, merchant.system, {
    email: 'invited@staff.example',
    role: 'ANALYST',
  });
  const { viewer: key } = await merchant.apiKey(['events:read']);
  const [event] = await api.app.database.event.findMany({ where: { customerId: ada.id } });
  const [mail] = await api.app.database.emailMessage.findMany();
  const [member] = await api.app.database.staffMember.findMany();
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
    staffInvitation: globalId('StaffInvitation', invitation.id),
  };
}

export const nounsInTable = Object.keys(table.types).filter(
  (type) => reach(type, ids, '{ __typename }', false) !== null,
);

function inParts<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

/** Who may not even know of a noun, or of what it is reached through, finds none. */
function expectHidden(type: string, viewer: Case): void {
  const rows = table.types[type]!;
  const first = rows.find(({ field }) => field === 'id') ?? rows[0]!;
  const owner = table.types['Merchant']!.find(({ field }) => field === 'id')!;
  const lacks =
    missing(first[viewer.kind], viewer.granted) ??
    (type === 'PortalSettings' ? missing(owner[viewer.kind], viewer.granted) : null);
  expect(
    lacks,
    `${type} is hidden from ${viewer.kind} ${[...viewer.granted].join(' ')}`,
  ).not.toBeNull();
}

/** Finds each noun and asks for all its fields; `how` writes the selection. */
export async function checkNouns(
  viewer: Case,
  { ask }: Carrier,
  form: Form,
  how: (type: string, fields: string) => { selection: string; fragments?: string } = (
    _type,
    selection,
  ) => ({ selection }),
): Promise<void> {
  const starts = nounsInTable.map((type) => ({ type, from: ids }));
  // What these lead to, others of their kind have not; they are not for every customer to see.
  if (form === deep && viewer.kind !== 'portal') {
    starts.push({ type: 'Invoice', from: { ...ids, invoice: more.creditedInvoice } });
    starts.push({ type: 'Payment', from: { ...ids, payment: more.disputedPayment } });
  }
  // Within the breadth that strangers may ask for.
  const atOnce = form !== plain ? 1 : viewer.kind === 'anonymous' ? 2 : 4;
  for (const part of inParts(starts, atOnce)) {
    const parts = part.map(({ type, from }) => {
      const { selection, fragments = '' } = how(type, select(type, form));
      return { type, fragments, ...reach(type, from, selection, viewer.kind === 'portal')! };
    });
    const fields = parts.map(({ type, query }) => `${type}: ${query}`).join(' ');
    const fragments = parts.map((part) => part.fragments).join(' ');
    const answer = await ask(`query { ${fields} } ${fragments}`);
    expect(answer.data, JSON.stringify(answer.errors).slice(0, 2000)).not.toBeNull();
    for (const { type, path } of parts) {
      const own = [type, ...path.slice(1)];
      if (at(answer.data, own) == null) expectHidden(type, viewer);
      else checkObject(type, own, answer, viewer, form);
    }
  }
}

const asFragment = (type: string, fields: string) => ({
  selection: `{ ...All${type} }`,
  fragments: `fragment All${type} on ${type} ${fields}`,
});

/** `viewer.can` says of every field what the table says. */
async function checkIntrospection(viewer: Case, { ask }: Carrier): Promise<void> {
  // Within the breadth that strangers may ask for.
  const size = viewer.kind === 'anonymous' ? 20 : 50;
  const all = Object.entries(table.types).flatMap(([type, rows]) =>
    rows.map((row) => ({ row, field: `${type}.${row.field}` })),
  );
  for (const part of inParts(all, size)) {
    const fields = part.map(
      ({ field }, index) => `f${index}: can(field: "${field}") { allowed missing reason }`,
    );
    const { data, errors } = await ask(`query { viewer { ${fields.join(' ')} } }`);
    expect(errors).toEqual([]);
    for (const [index, { row, field }] of part.entries()) {
      const { allowed, missing: named, reason } = data.viewer[`f${index}`];
      const lacks = missing(row[viewer.kind], viewer.granted);
      expect(allowed, field).toBe(lacks === null);
      expect(reason === null, field).toBe(allowed);
      if (lacks === null) expect(named, field).toBeNull();
      else if (viewer.kind === 'anonymous') expect([named, reason]).toEqual(['SIGN_IN', 'SIGN_IN']);
      else if (lacks[0] === 'never') expect(reason, field).toBe('NOT_FOR_VIEWER');
      else expect(lacks, field).toContain(named);
    }
  }
}

export async function checkRoots(viewer: Case, { ask }: Carrier): Promise<void> {
  const needing: Record<string, string> = {
    customer: `customer(id: "${ids.customer}") { __typename }`,
    node: `node(id: "${ids.customer}") { __typename }`,
    nodes: `nodes(ids: ["${ids.customer}"]) { __typename }`,
    subscriptionPreview: `subscriptionPreview(input: { customerId: "${ids.customer}", items: [] }) { __typename }`,
    subscriptionChangePreview: `subscriptionChangePreview(input: { subscriptionId: "${ids.subscription}", items: [], when: NOW }) { __typename }`,
    planChangePreview: `planChangePreview(input: { priceId: "${globalId('Price', unknownId)}" }) { __typename }`,
    offeredMembership: 'offeredMembership(token: "unknown") { __typename }',
    portal: `portal(slug: "${merchant.slug}") { __typename }`,
    notificationPreview: `notificationPreview(input: { kind: INVOICE_CREATED, locale: en, subject: "x", body: "x" }) { __typename }`,
  };
  for (const rows of inParts(table.types['Query']!, 5)) {
    const fields = rows.map(({ field }) => needing[field] ?? touch('Query', field));
    const answer = await ask(`query { ${fields.join(' ')} }`);
    for (const row of rows) check(row, [row.field], answer, viewer);
  }
  for (const [type, field] of [
    ['Viewer', 'viewer'],
    ['Portal', `portal(slug: "${merchant.slug}")`],
  ] as const) {
    const answer = await ask(`query { ${field} ${select(type, deep)} }`);
    checkObject(type, [type.toLowerCase()], answer, viewer, deep);
  }
}

/** What each live subscription is asked with, and the noun it tells of. */
const watched: Record<string, { call: string; type: string | null; path?: Path }> = {
  customerBilling: { call: `(customerId: "${ids.customer}")`, type: 'Customer' },
  invoiceChanged: { call: `(invoiceId: "${ids.invoice}")`, type: 'Invoice' },
  paymentChanged: { call: `(paymentId: "${ids.payment}")`, type: 'Payment' },
  subscriptionChanged: { call: `(subscriptionId: "${ids.subscription}")`, type: 'Subscription' },
  merchantActivity: { call: '(first: 1)', type: 'Event', path: ['events', 0] },
  portalChanged: { call: `(slug: "${merchant.slug}")`, type: 'Portal' },
  testClock: { call: '', type: null },
};

export async function checkLive(viewer: Case, { watch }: Carrier): Promise<void> {
  for (const row of table.types['LiveSubscription']!) {
    const known = watched[row.field];
    if (!known) throw new Error(`No probe for the live subscription ${row.field}`);
    const { call, type, path = [] } = known;
    const fields = type ? select(type, plain) : '{ __typename }';
    const inner = path.length > 0 ? `{ ${path[0]} ${fields} }` : fields;
    const answer = await watch(`subscription { ${row.field}${call} ${inner} }`);
    check(row, [row.field], answer, viewer);
    const own = [row.field, ...path];
    if (type && at(answer.data, own) != null) checkObject(type, own, answer, viewer, plain);
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
    'WebhookDelivery',
    'PortalSessionLink',
    'StaffMember',
    'StaffInvitation',
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

export async function checkMutations(
  viewer: Case,
  { ask }: Carrier,
  only: 'closed' | 'all',
): Promise<void> {
  const rows = table.types['Mutation']!.filter((row) => {
    // It would end the session that the rest is tried with.
    if (row.field === 'signOutOfPortal') return false;
    const open = missing(row[viewer.kind], viewer.granted) === null;
    return !open || (only === 'all' && !changesSomething.has(row.field));
  });
  for (const part of inParts(rows, 10)) {
    const names = part.map(({ field }) => field);
    const probe = mutationProbe(names, { encode: globalId, slug: merchant.slug });
    const answer = await ask(probe.query, probe.variables);
    for (const row of part) check(row, [row.field], answer, viewer);
  }
}

/**
 * Everything the table says of one viewer. Each transport carries every field; what differs is how
 * the fields are asked for.
 */
export async function checkAll(viewer: Case, mutations: 'closed' | 'all' = 'all'): Promise<void> {
  const before = await stateOfMoney();
  await checkIntrospection(viewer, overHttp(viewer.client));
  const [http, stream] = [overHttp(viewer.client), overStreams(viewer.client)];
  const socket = await overSocket(viewer.client);
  // What a stranger may not reach needs no going deeper.
  await checkNouns(viewer, http, viewer.kind === 'anonymous' ? plain : deep);
  await checkNouns(viewer, socket, aliased);
  await checkNouns(viewer, stream, plain, asFragment);
  for (const carrier of [http, socket, stream]) {
    await checkRoots(viewer, carrier);
    await checkMutations(viewer, carrier, carrier === http ? mutations : 'closed');
  }
  for (const carrier of [socket, stream]) await checkLive(viewer, carrier);
  socket.close();
  expect(await stateOfMoney()).toEqual(before);
}

let payloadsChecked = 0;

/**
 * A mutation that happens: what it answers with is judged like any other object, over HTTP and by
 * turns over one of the other transports. authorization-payloads.test.ts has all of them for each type.
 */
export async function checkPayload(viewer: Case): Promise<void> {
  const [name, input, type] =
    viewer.kind === 'portal'
      ? (['collectInvoice', { invoiceId: ids.invoice }, 'Invoice'] as const)
      : (['updateCustomer', { customerId: ids.customer, name: 'Ada' }, 'Customer'] as const);
  const row = table.types['Mutation']!.find(({ field }) => field === name)!;
  if (missing(row[viewer.kind], viewer.granted) !== null) return;
  const { query } = mutationProbe([name], { encode: globalId, slug: merchant.slug });
  const selection = `{ __typename ... on ${type} ${select(type, deep)} }`;
  const other = (payloadsChecked += 1) % 2 ? overSocket : overStreams;
  for (const carrier of [overHttp(viewer.client), await other(viewer.client)]) {
    const text = query.replace('{ __typename }', selection);
    const answer = await carrier.ask(text, { [name]: input });
    carrier.close();
    expect(answer.data[name].__typename).toBe(type);
    checkObject(type, [name], answer, viewer, deep);
    await api.drain();
  }
}

/** With the right they always have an effect; tried as what they are for in tests/api. */
const changesSomething = new Set([
  'disablePortal',
  'enablePortal',
  'resetNotificationTemplate',
  'updatePortalPermissions',
]);

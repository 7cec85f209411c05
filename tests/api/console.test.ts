/** The merchant's settings over HTTP: portal, branding, permissions, sharing, mails. */
import { deflateSync } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import { globalId, testApi } from '../testkit/api.ts';
import type { GraphqlClient } from '../testkit/graphql-client.ts';
import { png, pngChunk, pngHeader, pngSignature, sizeOfPng } from '../testkit/png.ts';

const api = await testApi();
const merchant = await api.seed.merchant({ name: 'Łódź Cloud' });
const ada = await merchant.pastDueCustomer({ name: 'Ada' });
const staff = await api.staff(merchant);

const settings = `enabled slug url companyName primaryColor logoUrl permissions version`;
const readSettings = async () =>
  (await staff.data(`{ viewer { merchant { portalSettings { ${settings} } } } }`)).viewer.merchant
    .portalSettings;

describe('Settings > Customer Portal', () => {
  it('switches the portal off and on, with one address for ever', async () => {
    const before = await readSettings();
    expect(before).toMatchObject({ enabled: true, slug: merchant.slug });
    expect(before.url).toBe(`${api.url}/p/${merchant.slug}`);
    const off = await staff.data(`mutation { disablePortal { enabled slug } }`);
    expect(off.disablePortal).toEqual({ enabled: false, slug: merchant.slug });
    const visitor = api.client();
    const portal = (await visitor.data(`{ portal(slug: "${merchant.slug}") { available } }`))
      .portal;
    expect(portal).toEqual({ available: false });
    const on = await staff.data(
      `mutation { enablePortal { __typename ... on PortalSettings { enabled slug version } } }`,
    );
    expect(on.enablePortal).toMatchObject({ enabled: true, slug: merchant.slug });
    expect(on.enablePortal.version).toBe(before.version + 2);
  });

  it('sets exactly the permissions it is given', async () => {
    const set = async (permissions: string[]) =>
      (
        await staff.data(
          `mutation ($input: UpdatePortalPermissionsInput!) { updatePortalPermissions(input: $input) {
            __typename ... on PortalSettings { permissions } } }`,
          { input: { permissions } },
        )
      ).updatePortalPermissions.permissions;
    expect(await set([])).toEqual([]);
    expect(await set(['CANCEL_SUBSCRIPTION', 'CANCEL_SUBSCRIPTION'])).toEqual([
      'CANCEL_SUBSCRIPTION',
    ]);
    const all = [
      'UPDATE_PAYMENT_METHODS',
      'VIEW_PAYMENT_HISTORY',
      'DOWNLOAD_INVOICES',
      'CANCEL_SUBSCRIPTION',
    ];
    expect((await set(all)).sort()).toEqual(all.sort());
    const unknown = await staff.request(
      `mutation ($input: UpdatePortalPermissionsInput!) { updatePortalPermissions(input: $input) { __typename } }`,
      { input: { permissions: ['EVERYTHING'] } },
    );
    expect(unknown.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});

async function saveBranding(
  client: GraphqlClient,
  input: object,
  logo?: { bytes: Uint8Array; type?: string },
) {
  const query = `mutation ($input: UpdatePortalBrandingInput!) {
    updatePortalBranding(input: $input) {
      __typename
      ... on PortalSettings { companyName primaryColor logoUrl version }
      ... on InvalidInputError { field reason }
    }
  }`;
  if (!logo) return client.request(query, { input });
  const form = new FormData();
  form.set('operations', JSON.stringify({ query, variables: { input: { ...input, logo: null } } }));
  form.set('map', JSON.stringify({ 0: ['variables.input.logo'] }));
  form.set(
    '0',
    new Blob([new Uint8Array(logo.bytes)], { type: logo.type ?? 'image/png' }),
    'x.png',
  );
  // Whole, because the server wants to know how long a body is before it reads it.
  const encoded = new Response(form);
  const response = await client.fetch('/graphql', {
    method: 'POST',
    headers: {
      'content-type': encoded.headers.get('content-type')!,
      'x-graphql-yoga-csrf': '1',
    },
    body: Buffer.from(await encoded.arrayBuffer()),
  });
  return (await response.json()) as Awaited<ReturnType<GraphqlClient['request']>>;
}

describe('branding', () => {
  const looks = { companyName: ' Łódź Cloud ', primaryColor: 'ABC' };

  it('is saved, and the logo is served by its content with the caches told for ever', async () => {
    const { data } = await saveBranding(staff, looks, { bytes: png(200, 50) });
    const saved = data.updatePortalBranding;
    expect(saved).toMatchObject({
      __typename: 'PortalSettings',
      companyName: 'Łódź Cloud',
      primaryColor: '#aabbcc',
      logoUrl: expect.stringMatching(/^\/assets\/[\w-]+\/[0-9a-f]{64}\.png$/),
    });
    const logo = await api.client().fetch(saved.logoUrl);
    expect(logo.status).toBe(200);
    expect(logo.headers.get('content-type')).toBe('image/png');
    expect(logo.headers.get('cache-control')).toContain('immutable');
    expect(sizeOfPng(Buffer.from(await logo.arrayBuffer()))).toEqual({ width: 200, height: 50 });

    const kept = await saveBranding(staff, looks);
    expect(kept.data.updatePortalBranding.logoUrl).toBe(saved.logoUrl);
    const removed = await saveBranding(staff, { ...looks, removeLogo: true });
    expect(removed.data.updatePortalBranding.logoUrl).toBeNull();
    const again = await saveBranding(staff, looks, { bytes: png(200, 50) });
    expect(again.data.updatePortalBranding.logoUrl).toBe(saved.logoUrl);
  });

  it('throws away what a PNG carries beside its picture', async () => {
    const comment = Buffer.from('Comment\0taken at home, 51.1 N 17.0 E', 'latin1');
    const bytes = png(20, 20, [pngChunk('tEXt', comment)]);
    expect(bytes.toString('latin1')).toContain('home');
    const { data } = await saveBranding(staff, looks, { bytes });
    const logo = await api.client().fetch(data.updatePortalBranding.logoUrl);
    expect(Buffer.from(await logo.arrayBuffer()).toString('latin1')).not.toContain('home');
  });

  it.each<[string, object, Uint8Array | null, object]>([
    [
      'no name',
      { companyName: ' ' },
      null,
      { field: 'companyName', reason: 'COMPANY_NAME_REQUIRED' },
    ],
    [
      'a name without end',
      { companyName: 'x'.repeat(81) },
      null,
      { field: 'companyName', reason: 'COMPANY_NAME_TOO_LONG' },
    ],
    [
      'a colour that is none',
      { primaryColor: 'blue' },
      null,
      { field: 'primaryColor', reason: 'COLOR_INVALID' },
    ],
    [
      'an SVG that says it is a PNG',
      {},
      Buffer.from('<svg onload="alert(1)"/>'),
      { field: 'logo', reason: 'LOGO_NOT_PNG' },
    ],
    [
      'a JPEG that says it is a PNG',
      {},
      Buffer.from('ffd8ffe000104a464946', 'hex'),
      { field: 'logo', reason: 'LOGO_NOT_PNG' },
    ],
    ['half a PNG', {}, png(200, 50).subarray(0, 60), { field: 'logo', reason: 'LOGO_CORRUPT' }],
    ['too many pixels', {}, png(2001, 10), { field: 'logo', reason: 'LOGO_TOO_MANY_PIXELS' }],
    [
      'more than 512 KiB',
      {},
      Buffer.concat([png(20, 20), Buffer.alloc(530_000)]),
      { field: 'logo', reason: 'LOGO_TOO_LARGE' },
    ],
  ])('refuses %s, and keeps what there was', async (_what, change, bytes, refusal) => {
    const before = await readSettings();
    const { data } = await saveBranding(
      staff,
      { ...looks, ...change },
      bytes ? { bytes } : undefined,
    );
    expect(data.updatePortalBranding).toEqual({ __typename: 'InvalidInputError', ...refusal });
    expect(await readSettings()).toEqual(before);
  });

  it('refuses a small file that would unpack into gigabytes', async () => {
    const bytes = Buffer.concat([
      pngSignature,
      pngHeader(60_000, 60_000),
      pngChunk('IDAT', deflateSync(Buffer.alloc(1_000_000))),
      pngChunk('IEND', Buffer.alloc(0)),
    ]);
    const { data } = await saveBranding(staff, looks, { bytes });
    expect(data.updatePortalBranding).toMatchObject({ reason: 'LOGO_TOO_MANY_PIXELS' });
  });
});

describe('Settings > Notifications', () => {
  const save = (input: object) =>
    staff.data(
      `mutation ($input: SaveNotificationTemplateInput!) { saveNotificationTemplate(input: $input) {
        __typename
        ... on NotificationTemplate { isDefault warnings { code } }
        ... on InvalidInputError { field reason } } }`,
      { input: { kind: 'PAYMENT_FAILED', locale: 'en', ...input } },
    );

  it('previews a draft with a real customer’s data, sends nothing', async () => {
    const before = (await ada.mails()).length;
    const { notificationPreview } = await staff.data(
      `query ($input: NotificationPreviewInput!) { notificationPreview(input: $input) {
        subject text html warnings { code } errors { code line } customer { name } } }`,
      {
        input: {
          kind: 'PAYMENT_FAILED',
          locale: 'en',
          subject: 'Dear {{ customer_name }}',
          body: 'We could not charge **{{ amount_due }}**.\n\n[Mend it]({{ customer_portal_link }})',
        },
      },
    );
    expect(notificationPreview).toMatchObject({
      subject: 'Dear Ada',
      warnings: [],
      errors: [],
      customer: { name: 'Ada' },
    });
    expect(notificationPreview.text).toContain('€49.00');
    expect(notificationPreview.html).toContain(`/p/${merchant.slug}/payment-methods/new`);
    expect(await ada.mails()).toHaveLength(before);
  });

  it('warns when the link to the portal is missing, and refuses what cannot be rendered', async () => {
    const warned = await save({ subject: 'Hello', body: 'No link here.' });
    expect(warned.saveNotificationTemplate).toEqual({
      __typename: 'NotificationTemplate',
      isDefault: false,
      warnings: [{ code: 'PORTAL_LINK_MISSING' }],
    });
    const refusals: [object, object][] = [
      [
        { subject: '', body: 'x' },
        { field: 'subject', reason: 'EMPTY' },
      ],
      [
        { subject: 'x', body: '{{ password }}' },
        { field: 'body', reason: 'UNKNOWN_VARIABLE' },
      ],
      [
        { subject: 'x', body: '{% if %}' },
        { field: 'body', reason: 'SYNTAX_ERROR' },
      ],
    ];
    for (const [input, refusal] of refusals) {
      expect((await save(input)).saveNotificationTemplate).toMatchObject({
        __typename: 'InvalidInputError',
        ...refusal,
      });
    }
    const signIn = await save({ kind: 'SIGN_IN_LINK', subject: 'x', body: 'x' });
    expect(signIn.saveNotificationTemplate).toMatchObject({ reason: 'TEMPLATE_NOT_EDITABLE' });
  });

  it('the mails that go out use the text, until it is taken back', async () => {
    await save({
      subject: 'Oh no, {{ customer_name }}',
      body: 'Look: [Update Payment Method]({{ customer_portal_link }})',
    });
    const bob = await merchant.customer({ card: 'visa_lost', name: 'Bob <b>' });
    await bob.subscription();
    await api.drain();
    const mail = (await bob.mails()).find(({ tag }) => tag === 'payment-failed');
    expect(mail!.subject).toBe('Oh no, Bob <b>');
    expect(mail!.text).toContain('Look:');

    const back = await staff.data(
      `mutation { resetNotificationTemplate(input: { kind: PAYMENT_FAILED, locale: en }) { isDefault } }`,
    );
    expect(back.resetNotificationTemplate).toEqual({ isDefault: true });
    const eve = await merchant.customer({ card: 'visa_lost' });
    await eve.subscription();
    await api.drain();
    const built = (await eve.mails()).find(({ tag }) => tag === 'payment-failed');
    expect(built!.subject).toContain('did not go through');
  });

  it('lists every text in every language, with what it may use', async () => {
    const { viewer } = await staff.data(`{ viewer { merchant { notificationTemplates {
      kind locale isDefault variables { name example recommended } } } } }`);
    const templates = viewer.merchant.notificationTemplates;
    expect(templates).toHaveLength(10);
    for (const { variables } of templates) {
      expect(variables).toContainEqual(
        expect.objectContaining({ name: 'customer_portal_link', recommended: true }),
      );
    }
  });
});

describe('the console’s lists', () => {
  it('find customers by part of name or address, and by where they stand', async () => {
    const carl = await merchant.customer({ name: 'Carl_100%', email: 'carl+x@example.com' });
    const find = async (args: string) => {
      const { customers } = await staff.data(
        `{ customers(first: 50, ${args}) { totalCount edges { node { name billingStatus } } } }`,
      );
      expect(customers.totalCount).toBe(customers.edges.length);
      return customers.edges.map(({ node }: { node: { name: string } }) => node.name);
    };
    expect(await find('search: "CARL"')).toEqual([carl.row.name]);
    expect(await find('search: "l+x@"')).toEqual([carl.row.name]);
    // Signs of the database's patterns are letters like others.
    expect(await find('search: "%"')).toEqual([carl.row.name]);
    expect(await find('search: "_"')).toEqual([carl.row.name]);
    expect(await find('billingStatus: PAST_DUE')).toContain('Ada');
    expect(await find('billingStatus: PAST_DUE')).not.toContain(carl.row.name);
    expect(await find('billingStatus: NO_SUBSCRIPTION')).toContain(carl.row.name);
  });

  it('page through everything once', async () => {
    for (let i = 0; i < 5; i++) await merchant.customer();
    const seen: string[] = [];
    let after: string | null = null;
    for (;;) {
      const {
        customers,
      }: {
        customers: {
          edges: { node: { id: string } }[];
          pageInfo: { hasNextPage: boolean; endCursor: string };
        };
      } = await staff.data(
        `query ($after: String) { customers(first: 3, after: $after) {
            edges { node { id } } pageInfo { hasNextPage endCursor } } }`,
        { after },
      );
      seen.push(...customers.edges.map(({ node }) => node.id));
      if (!customers.pageInfo.hasNextPage) break;
      after = customers.pageInfo.endCursor;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength(await api.app.database.customer.count());
  });

  it('say what happened, by whom, and how billing goes', async () => {
    const data = await staff.data(
      `query ($id: ID!) {
        customer(id: $id) {
          events(first: 50) { edges { node { type actorKind data } } }
          emailMessages(first: 50) { edges { node { kind status toAddress } } }
          payments(first: 50) { edges { node { status declineCode declineReason trigger amount { amountMinor currency } } } }
          invoices(first: 50) { edges { node { number status isPastDue lines { description quantity } latestPayment { status } } } }
        }
        viewer { merchant { overview { activeSubscriptions pastDueCustomers pastDue { amountMinor currency } collected { amountMinor currency } } } }
      }`,
      { id: globalId('Customer', ada.id) },
    );
    const types = data.customer.events.edges.map(
      ({ node }: { node: { type: string } }) => node.type,
    );
    expect(types).toContain('invoice.past_due');
    expect(data.customer.payments.edges[0].node).toMatchObject({
      status: 'FAILED',
      declineCode: 'expired_card',
      trigger: 'RENEWAL',
      amount: { amountMinor: 4900, currency: 'EUR' },
    });
    expect(data.customer.payments.edges[0].node.declineReason).toMatch(/expired/i);
    expect(
      data.customer.invoices.edges.map(({ node }: { node: { status: string } }) => node.status),
    ).toEqual(['OPEN', 'PAID']);
    expect(data.viewer.merchant.overview.pastDueCustomers).toBeGreaterThan(0);
  });

  it('charge an open invoice when staff ask for it', async () => {
    const [invoice] = await ada.openInvoices();
    const collect = () =>
      staff.data(
        `mutation ($input: CollectInvoiceInput!) { collectInvoice(input: $input) {
          __typename ... on Invoice { isCollecting } ... on Error { code } } }`,
        { input: { invoiceId: globalId('Invoice', invoice!.id) } },
      );
    const attempts = (await ada.payments()).length;
    expect((await collect()).collectInvoice.__typename).toBe('Invoice');
    await api.drain();
    expect(await ada.payments()).toHaveLength(attempts + 1);
    expect((await ada.payments()).at(-1)).toMatchObject({ trigger: 'STAFF' });
  });
});

/** Filters, order and counts of the lists that integrators walk through. */
import { describe, expect, it } from 'vitest';

import { globalId, testApi } from '../testkit/api.ts';

const api = await testApi();
const merchant = await api.seed.merchant();
const ada = await merchant.pastDueCustomer();
api.clock.advance({ days: 1 });
const since = api.clock.now().toISOString();
const bob = await merchant.customer({ name: 'Ábel', email: 'Bob@Example.com' });
await bob.subscription();
const elsewhere = await (await api.seed.merchant()).pastDueCustomer();
const key = await api.apiKey(merchant, [
  'customers:read',
  'invoices:read',
  'payments:read',
  'subscriptions:read',
]);

interface Page {
  totalCount: number;
  edges: { node: { id: string; customer?: { id: string } } }[];
}

async function list(field: string, args: string, variables: object = {}): Promise<Page> {
  const types: Record<string, string> = {
    id: 'ID',
    at: 'DateTime',
    text: 'String',
    after: 'String',
  };
  const declared = Object.keys(variables).map((name) => `$${name}: ${types[name]}`);
  const customer = field === 'customers' ? '' : 'customer { id }';
  const query = `query ${declared.length > 0 ? `(${declared})` : ''} { ${field}(${args}) { totalCount edges { cursor node { id ${customer} } } } }`;
  return (await key.data(query, variables))[field];
}
const idsOf = ({ edges }: Page) => edges.map(({ node }) => node.id);
const adaId = globalId('Customer', ada.id);
const bobId = globalId('Customer', bob.id);

describe('pages of lists between objects', () => {
  // Of three.
  const pages = [
    ['first: 1', [0], true, false],
    ['first: 3', [0, 1, 2], false, false],
    ['first: 5', [0, 1, 2], false, false],
    ['last: 1', [2], false, true],
    ['last: 3', [0, 1, 2], false, false],
    ['first: 0', [], true, false],
  ] as const;

  for (const [args, positions, hasNextPage, hasPreviousPage] of pages) {
    it(`hold the same whether or not it is asked what follows: ${args}`, async () => {
      const page = `payments(${args}) { edges { node { id } } PAGE_INFO }`;
      const query = `query ($id: ID!) { customer(id: $id) { all: payments { edges { node { id } } }
        ${page} other: ${page} } }`;
      const ask = async (pageInfo: string) =>
        (await key.data(query.replaceAll('PAGE_INFO', pageInfo), { id: adaId })).customer;
      const silent = await ask('');
      const told = await ask('pageInfo { hasNextPage hasPreviousPage }');
      const all = idsOf(silent.all);
      expect(all).toHaveLength(3);
      expect(idsOf(silent.payments)).toEqual(positions.map((position) => all[position]));
      expect(idsOf(silent.other)).toEqual(idsOf(silent.payments));
      expect(idsOf(told.payments)).toEqual(idsOf(silent.payments));
      expect(told.payments.pageInfo).toEqual({ hasNextPage, hasPreviousPage });
      expect(told.other).toEqual(told.payments);
    });
  }

  it('are told what follows where only one of two fragments asks', async () => {
    const { customer } = await key.data(
      `query ($id: ID!) { customer(id: $id) { ...Rows ...Ends } }
      fragment Rows on Customer { payments(first: 1) { edges { node { id } } } }
      fragment Ends on Customer { payments(first: 1) { pageInfo { hasNextPage } } }`,
      { id: adaId },
    );
    expect(customer.payments).toMatchObject({
      edges: [{ node: {} }],
      pageInfo: { hasNextPage: true },
    });
  });
});

describe('customers', () => {
  it('come by age or by name', async () => {
    expect(idsOf(await list('customers', 'first: 5'))).toEqual([bobId, adaId]);
    expect(idsOf(await list('customers', 'orderBy: OLDEST_FIRST'))).toEqual([adaId, bobId]);
    const names = (await key.data('{ customers(orderBy: NAME) { edges { node { name } } } }'))
      .customers.edges;
    expect(names).toHaveLength(2);
  });

  it('are found by address, in any case, and by when they came', async () => {
    const found = await list('customers', 'email: $text', { text: ' bob@example.COM' });
    expect([idsOf(found), found.totalCount]).toEqual([[bobId], 1]);
    expect(idsOf(await list('customers', 'email: $text', { text: 'bob@example' }))).toEqual([]);
    expect(idsOf(await list('customers', 'createdFrom: $at', { at: since }))).toEqual([bobId]);
    expect(idsOf(await list('customers', 'createdBefore: $at', { at: since }))).toEqual([adaId]);
  });

  it('are walked through, page by page, in either order', async () => {
    for (const [order, expected] of [
      ['NEWEST_FIRST', [bobId, adaId]],
      ['OLDEST_FIRST', [adaId, bobId]],
      ['NAME', null],
    ] as const) {
      const walked: string[] = [];
      let after: string | null = null;
      do {
        const { customers } = await key.data(
          `query ($after: String) { customers(first: 1, after: $after, orderBy: ${order}) {
            pageInfo { hasNextPage endCursor } edges { node { id } } } }`,
          { after },
        );
        walked.push(...idsOf(customers));
        after = customers.pageInfo.hasNextPage ? customers.pageInfo.endCursor : null;
      } while (after);
      if (expected) expect(walked).toEqual(expected);
      expect([...walked].sort()).toEqual([adaId, bobId].sort());
    }
  });
});

describe.each(['invoices', 'payments', 'subscriptions'])('%s', (field) => {
  it('of one customer are theirs alone, and counted', async () => {
    const all = await list(field, 'first: 50');
    const hers = await list(field, 'customerId: $id', { id: adaId });
    expect(hers.edges.length).toBeGreaterThan(0);
    expect(hers.totalCount).toBe(hers.edges.length);
    expect(all.totalCount).toBeGreaterThan(hers.totalCount);
    for (const { node } of hers.edges) expect(node.customer!.id).toBe(adaId);
    const nested = (
      await key.data(`query ($id: ID!) { customer(id: $id) { ${field} { totalCount } } }`, {
        id: adaId,
      })
    ).customer[field];
    expect(nested.totalCount).toBe(hers.totalCount);
  });

  it('of another merchant’s customer are none', async () => {
    const id = globalId('Customer', elsewhere.id);
    const theirs = await list(field, 'customerId: $id', { id });
    expect([theirs.totalCount, theirs.edges]).toEqual([0, []]);
  });

  it('come by age, and of a time', async () => {
    const newest = idsOf(await list(field, 'first: 50'));
    const oldest = idsOf(await list(field, 'first: 50, orderBy: OLDEST_FIRST'));
    expect(oldest).toEqual(newest.toReversed());
    const early = idsOf(await list(field, 'createdBefore: $at', { at: since }));
    const late = idsOf(await list(field, 'createdFrom: $at', { at: since }));
    expect([...late, ...early]).toEqual(newest);
    expect(late.length).toBeGreaterThan(0);
  });

  it('of something that is no customer are asked for in vain', async () => {
    const { errors } = await key.request(
      `query ($id: ID) { ${field}(customerId: $id) { totalCount } }`,
      { id: globalId('Invoice', ada.id) },
    );
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});

describe('an invoice', () => {
  it('is found by its number, and its payments by it', async () => {
    const [open] = await ada.openInvoices();
    const id = globalId('Invoice', open!.id);
    expect(idsOf(await list('invoices', 'number: $text', { text: open!.number! }))).toEqual([id]);
    const payments = await list('payments', 'invoiceId: $id', { id });
    expect(payments.totalCount).toBeGreaterThan(0);
    const failed = await list('payments', 'invoiceId: $id, status: FAILED', { id });
    expect(failed.totalCount).toBe(payments.totalCount);
    const paid = await list('payments', 'invoiceId: $id, status: SUCCEEDED', { id });
    expect(paid.totalCount).toBe(0);
  });
});

describe('an amount', () => {
  it('is a whole number: nothing else becomes one', async () => {
    const writer = await api.apiKey(merchant, ['invoices:write', 'invoices:read']);
    for (const unitAmountMinor of ['', '12', true, 1.5, 2 ** 53]) {
      const { errors } = await writer.request(
        `mutation ($input: AddInvoiceLineInput!) { addInvoiceLine(input: $input) { __typename } }`,
        {
          input: {
            invoiceId: globalId('Invoice', ada.id),
            description: 'Work',
            quantity: 1,
            unitAmountMinor,
          },
        },
      );
      expect(errors, String(unitAmountMinor)).toMatchObject([
        { extensions: { code: 'BAD_USER_INPUT' } },
      ]);
    }
  });
});

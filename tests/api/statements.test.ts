/**
 * How many statements an operation sends to Postgres, however many rows it shows: one that finds out
 * who asks, one that reads. The operations are those of bench/query.
 */
import { randomUUID } from 'node:crypto';

import { currentRequestId } from '@4geeks/api/request-id';
import pg from 'pg';
import { describe, expect, it } from 'vitest';

import { globalId, testApi } from '../testkit/api.ts';

const api = await testApi();
const merchant = await api.seed.merchant();
// First, because it takes a month.
const late = await merchant.pastDueCustomer();
const customers = [];
for (let count = 0; count < 3; count += 1) {
  const customer = await merchant.customer({ card: 'visa' });
  await customer.subscription();
  await customer.subscription({ amountMinor: 2500n });
  customers.push(customer);
}
const integration = await api.apiKey(merchant, [
  'customers:read',
  'subscriptions:read',
  'invoices:read',
  'payments:read',
  'payment-methods:read',
]);
// That a key was used is written once a minute.
await integration.data('{ viewer { kind } }');

const payments = 'payments { id status attemptNumber amount { amountMinor currency } settledAt }';

describe('an operation of an API key', () => {
  it('on a customer with its current state', async () => {
    const { data, statements } = await listen(
      `query ($id: ID!) {
        customer(id: $id) {
          id name email billingStatus
          pastDueInvoices { number dueAt amountDue { amountMinor currency } }
          defaultPaymentMethod { brand last4 expMonth expYear }
          subscriptions(first: 5) {
            edges { node { id status currentPeriodStart currentPeriodEnd cancelAtPeriodEnd } }
          }
        }
      }`,
      { id: globalId('Customer', late.id) },
    );
    expect(data.customer).toMatchObject({
      billingStatus: 'PAST_DUE',
      pastDueInvoices: [{ amountDue: { currency: 'EUR' } }],
      subscriptions: { edges: [{ node: { status: 'PAST_DUE' } }] },
    });
    expect(statements).toEqual(['"ApiKey"', '"Customer"']);
  });

  it('on a page of invoices with customer and payments', async () => {
    const { data, statements } = await listen(
      `{
        invoices(first: 50) {
          edges {
            node {
              id number status
              total { amountMinor currency }
              amountPaid { amountMinor currency }
              dueAt paidAt
              customer { id name email }
              ${payments}
            }
          }
        }
      }`,
    );
    expect(data.invoices.edges.length).toBeGreaterThanOrEqual(2 * customers.length + 1);
    expect(statements).toEqual(['"ApiKey"', '"Invoice"']);
  });

  it('on customers with subscriptions, invoices and payments', async () => {
    const { data, statements } = await listen(
      `{
        customers(first: 20) {
          edges {
            node {
              id name email
              subscriptions(first: 5) { edges { node { id status currentPeriodEnd } } }
              invoices(first: 5) {
                edges { node { id number status total { amountMinor currency } dueAt ${payments} } }
              }
            }
          }
        }
      }`,
    );
    const shown = data.customers.edges.map(
      ({ node }: { node: { invoices: { edges: { node: { payments: unknown[] } }[] } } }) =>
        node.invoices.edges.map((edge) => edge.node.payments.length),
    );
    // The newest first; the last one's second invoice is past due.
    expect(shown).toEqual([
      [1, 1],
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
    expect(statements).toEqual(['"ApiKey"', '"Customer"']);
  });
});

describe('a mutation', () => {
  it('answers from the row it has written, where that has what is asked', async () => {
    const writer = await api.apiKey(merchant, ['customers:read', 'customers:write']);
    const create = (fields: string) =>
      listen(
        `mutation ($input: CreateCustomerInput!) {
          createCustomer(input: $input) { ... on Customer { ${fields} } }
        }`,
        { input: { name: 'Grace', email: 'grace@customer.example', locale: 'en' } },
        writer,
      );
    await create('id');
    const { statements: least } = await create('id');
    const { data, statements } = await create('id name email locale createdAt address');
    expect(data.createCustomer).toMatchObject({ name: 'Grace', locale: 'en', address: '' });
    expect(statements).toEqual(least);
  });
});

/** @returns the answer, and of each statement that it took the table that it begins with. */
async function listen(query: string, variables: object = {}, client = integration) {
  type Query = (this: pg.Client, ...given: unknown[]) => unknown;
  const statements: string[] = [];
  const requestId = randomUUID();
  const original = Reflect.get(pg.Client.prototype, 'query') as Query;
  Reflect.set(pg.Client.prototype, 'query', function (this: pg.Client, ...given: unknown[]) {
    const [config] = given as [string | { text: string }];
    // Workers go on meanwhile.
    if (currentRequestId() === requestId) {
      const text = typeof config === 'string' ? config : config.text;
      // Who listens is told when the answer may already be on its way.
      if (text.includes('pg_notify')) return original.apply(this, given);
      // What a read begins with is `t0`; what hangs on it may be named before.
      const table =
        /FROM (\S+) AS t0\b/.exec(text) ??
        /(?:FROM|INTO|UPDATE)\s+(?:"public"\.)?(\S+)/i.exec(text);
      statements.push(table?.[1] ?? text);
    }
    return original.apply(this, given);
  } satisfies Query);
  try {
    const { data, errors } = await client.request(query, variables, { 'x-request-id': requestId });
    expect(errors).toEqual([]);
    return { data, statements };
  } finally {
    Reflect.set(pg.Client.prototype, 'query', original);
  }
}

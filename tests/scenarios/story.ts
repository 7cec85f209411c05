/**
 * What the stories of a travelling year share: a sandbox merchant whose test clock they move, told
 * as an integrator sees it, over the API with a key. Amounts are minor units; an instant at midnight
 * is written as its day.
 */
import { apiKeyScopes } from '@4geeks/billing/access/viewer';
import type { BillingInterval } from '@4geeks/prisma';

import { globalId, testApi, type TestApi } from '../testkit/api.ts';
import type { Data, GraphqlClient } from '../testkit/graphql-client.ts';
import type { SeededCustomer, SeededMerchant } from '../testkit/seed.ts';
import { timeTravel, type TimeTravel } from '../testkit/time-travel.ts';

export interface Plan {
  name?: string;
  amountMinor: number;
  currency?: string;
  interval?: BillingInterval;
  trialDays?: number;
}

export interface ToldInvoice {
  issued: string;
  status: string;
  total: number;
  /** What its payments collected. */
  paid: number;
  paidAt: string | null;
  period: string | null;
}

export interface Story {
  api: TestApi;
  merchant: SeededMerchant;
  client: GraphqlClient;
  time: TimeTravel;
  /** @returns the price's id in the API. */
  plan(plan: Plan): Promise<string>;
  /** @returns the subscription's id in the API. */
  subscribe(customer: SeededCustomer, priceId: string): Promise<string>;
  /** The mutation's result, whatever it is; `fields` are of what succeeds. */
  mutate(name: string, input: object, fields: string): Promise<Data>;
  /** Oldest first. */
  invoices(customer: SeededCustomer): Promise<ToldInvoice[]>;
  /** Lines of one of them, counted from 0: amount and text. */
  lines(customer: SeededCustomer, index: number): Promise<[number, string][]>;
  /** `fields` of a subscription, a customer, ... */
  read(id: string, type: string, fields: string): Promise<Data>;
  /** What the gateway has charged of a customer, in order. */
  charged(customer: SeededCustomer): Promise<number[]>;
}

/** A year has many mornings, and a busy machine takes its time for each. */
export const aYear = { timeout: 120_000 };

/** A merchant whose clock stands at `at`, a day or an instant. */
export async function story(at: string): Promise<Story> {
  const api = await testApi();
  const merchant = await api.seed.merchant({ name: 'Analytical Engines' });
  const client = await api.apiKey(merchant, apiKeyScopes);
  const time = timeTravel(client);
  await time.start(instantOf(at));

  const read: Story['read'] = async (id, type, fields) =>
    (
      await client.data(`query ($id: ID!) { node(id: $id) { ... on ${type} { ${fields} } } }`, {
        id,
      })
    ).node;
  async function invoicesWith(customer: SeededCustomer, fields: string): Promise<Data[]> {
    const { invoices } = await read(
      globalId('Customer', customer.id),
      'Customer',
      `invoices(first: 100) { edges { node { ${fields} } } }`,
    );
    return invoices.edges.map(({ node }: Data) => node).reverse();
  }

  const mutate: Story['mutate'] = async (name, input, fields) => {
    const field = `${name[0]!.toUpperCase()}${name.slice(1)}`;
    const data = await client.data(
      `mutation ($input: ${field}Input!) {
         result: ${name}(input: $input) { __typename ${fields} ... on Error { code } } }`,
      { input },
    );
    await api.drain();
    return data.result;
  };

  return {
    api,
    merchant,
    client,
    time: {
      start: (instant) => time.start(instantOf(instant)),
      to: (instant) => time.to(instantOf(instant)),
      by: (duration) => time.by(duration),
    },
    async plan({
      name = 'Team',
      amountMinor,
      currency = 'EUR',
      interval = 'MONTH',
      trialDays = 0,
    }) {
      const product = await mutate('createProduct', { name }, '... on Product { id }');
      const terms = { unitAmountMinor: amountMinor, currency, interval, trialDays };
      const price = await mutate(
        'createPrice',
        { productId: product.id, ...terms },
        '... on Price { id }',
      );
      return price.id;
    },
    async subscribe(customer, priceId) {
      const subscription = await mutate(
        'createSubscription',
        { customerId: globalId('Customer', customer.id), items: [{ priceId }] },
        '... on Subscription { id }',
      );
      return subscription.id;
    },
    mutate,
    async invoices(customer) {
      const told = await invoicesWith(
        customer,
        `status finalizedAt paidAt periodStart periodEnd total { amountMinor }
         amountPaid { amountMinor }`,
      );
      return told.map(({ status, total, amountPaid, ...at }) => ({
        issued: day(at.finalizedAt),
        status,
        total: total.amountMinor,
        paid: amountPaid.amountMinor,
        paidAt: at.paidAt && day(at.paidAt),
        period: at.periodStart && `${day(at.periodStart)} to ${day(at.periodEnd)}`,
      }));
    },
    async lines(customer, index) {
      const told = await invoicesWith(customer, 'lines { description amount { amountMinor } }');
      return told[index].lines.map(({ description, amount }: Data) => [
        amount.amountMinor,
        description,
      ]);
    },
    read,
    async charged(customer) {
      const charges = await customer.charges();
      return charges
        .filter(({ status }) => status === 'succeeded')
        .map(({ amountMinor }) => Number(amountMinor));
    },
  };
}

/** An invoice over one period, collected when it was issued: the ordinary case. */
export function paidPeriod(from: string, to: string, total: number): ToldInvoice {
  return {
    issued: from,
    status: 'PAID',
    total,
    paid: total,
    paidAt: from,
    period: `${from} to ${to}`,
  };
}

/** The same for each of the periods between these days. */
export function paidPeriods(days: readonly string[], total: number): ToldInvoice[] {
  return days.slice(1).map((to, index) => paidPeriod(days[index]!, to, total));
}

/** The days of `count` months from `first` on, which all of them have. */
export function monthly(first: string, count: number): string[] {
  const date = Temporal.PlainDate.from(first);
  return Array.from({ length: count }, (_, months) => date.add({ months }).toString());
}

export function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

/** An instant as its day, where it is midnight. */
export function day(instant: string): string {
  return instant.replace('T00:00:00.000Z', '');
}

function instantOf(at: string): string {
  return at.length === '2028-01-31'.length ? `${at}T00:00:00Z` : at;
}

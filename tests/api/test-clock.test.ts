/** Test clocks as an integrator handles them. */
import { describe, expect, it } from 'vitest';

import { globalId, testApi } from '../testkit/api.ts';
import type { Data, GraphqlClient } from '../testkit/graphql-client.ts';
import { timeTravel } from '../testkit/time-travel.ts';

const api = await testApi();
const start = api.clock.now();
const inDays = (days: number) => new Date(start.getTime() + days * 86_400_000).toISOString();

const fields = `__typename ... on TestClock { now target isAdvancing }
  ... on Error { code } ... on InvalidInputError { field reason }`;
const mutations = {
  start: `mutation ($input: StartTestClockInput!) { result: startTestClock(input: $input) { ${fields} } }`,
  advance: `mutation ($input: AdvanceTestClockInput!) { result: advanceTestClock(input: $input) { ${fields} } }`,
};
const mutate = async (client: GraphqlClient, name: keyof typeof mutations, input: object) =>
  (await client.data(mutations[name], { input })).result as Data;

const reading = `{ viewer { merchant { billingTime testClock { now target isAdvancing } } } }`;
const read = async (client: GraphqlClient) => (await client.data(reading)).viewer.merchant as Data;

describe('a test clock over the API', async () => {
  const merchant = await api.seed.merchant();
  const ada = await merchant.customer({ card: 'expiring' });
  await ada.subscription({ interval: 'WEEK' });
  await api.drain();
  const key = await api.apiKey(merchant, ['merchant:read', 'merchant:write']);

  it('is none at first', async () => {
    expect(await read(key)).toEqual({ billingTime: start.toISOString(), testClock: null });
    expect(await mutate(key, 'advance', { by: 'P1D' })).toEqual({
      __typename: 'ConflictError',
      code: 'CLOCK_NOT_STARTED',
    });
    expect(await mutate(key, 'start', { at: '2000-01-01T00:00:00Z' })).toMatchObject({
      __typename: 'InvalidInputError',
      field: 'at',
      reason: 'CLOCK_BACKWARDS',
    });
  });

  it('is started, and seen to move', async () => {
    const live = key.live(`subscription { testClock { now target isAdvancing } }`);
    expect((await live.next()).data).toEqual({ testClock: null });
    const standing = { now: inDays(0), target: null, isAdvancing: false };
    expect(await mutate(key, 'start', {})).toEqual({ __typename: 'TestClock', ...standing });
    expect((await live.next()).data).toEqual({ testClock: standing });
    await api.drain();
    expect(await mutate(key, 'advance', { to: inDays(15) })).toEqual({
      __typename: 'TestClock',
      now: inDays(0),
      target: inDays(15),
      isAdvancing: true,
    });
    const seen: string[] = [];
    await live.until(({ testClock }) => {
      seen.push(testClock.now);
      return !testClock.isAdvancing;
    });
    // Messages made while much happens become one; none goes back, and it does not jump there.
    expect(seen).toEqual([...seen].sort());
    expect(seen).toContain(inDays(0));
    expect([inDays(7), inDays(14)].some((instant) => seen.includes(instant))).toBe(true);
    expect(seen.at(-1)).toBe(inDays(15));
    expect(await read(key)).toMatchObject({
      billingTime: inDays(15),
      testClock: { now: inDays(15), target: null },
    });
    live.close();
  });

  it('tells the time to whoever reads', async () => {
    const staff = await api.staff(merchant);
    await timeTravel(key).by('P1M');
    const { node } = await staff.data(
      `query ($id: ID!) { node(id: $id) { ... on Customer {
         defaultPaymentMethod { isExpired } billingStatus
         invoices(first: 20) { edges { node { dueAt } } } } } }`,
      { id: globalId('Customer', ada.id) },
    );
    // Good until the end of March 2027 by the clock; by the wall clock it is the first.
    expect(api.clock.now()).toEqual(start);
    expect(node).toMatchObject({
      defaultPaymentMethod: { isExpired: true },
      billingStatus: 'PAST_DUE',
    });
    const due = node.invoices.edges.map(({ node: { dueAt } }: Data) => dueAt).sort();
    expect(due).toEqual([0, 7, 14, 21, 28, 35, 42].map(inDays));
    const { events } = await staff.data(
      '{ events(first: 1) { edges { node { type occurredAt } } } }',
    );
    expect(events.edges[0].node).toEqual({
      type: 'test_clock.advanced',
      occurredAt: '2027-04-16T09:00:00.000Z',
    });
  });

  it('signs customers in by the wall clock', async () => {
    const portal = await api.customer(merchant, ada);
    const { viewer } = await portal.data(
      '{ viewer { customer { defaultPaymentMethod { isExpired } } } }',
    );
    expect(viewer.customer.defaultPaymentMethod.isExpired).toBe(true);
    api.clock.advance({ minutes: 59 });
    expect((await portal.data('{ viewer { kind } }')).viewer.kind).toBe('CUSTOMER');
    api.clock.advance({ minutes: 61 });
    expect((await portal.data('{ viewer { kind } }')).viewer.kind).toBe('ANONYMOUS');
    api.clock.set(start);
  });

  it('is refused to those who may not, and to live merchants', async () => {
    const denied = { extensions: { code: 'FORBIDDEN', permission: 'merchant:write' } };
    const analyst = await api.staff(merchant, 'ANALYST');
    const reader = await api.apiKey(merchant, ['merchant:read']);
    for (const client of [analyst, reader]) {
      const { data, errors } = await client.request(mutations.advance, { input: { by: 'P1D' } });
      expect(data.result).toBeNull();
      expect(errors).toMatchObject([denied]);
    }
    expect((await read(reader)).testClock).toMatchObject({ isAdvancing: false });
    const live = await api.seed.merchant({ mode: 'LIVE' });
    const owner = await api.staff(live);
    for (const name of ['start', 'advance'] as const) {
      expect(await mutate(owner, name, name === 'start' ? {} : { by: 'P1D' })).toEqual({
        __typename: 'ConflictError',
        code: 'NOT_A_SANDBOX',
      });
    }
  });
});

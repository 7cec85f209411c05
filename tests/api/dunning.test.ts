/** Retry policies, their simulation and their figures, as the console asks for them. */
import { describe, expect, it } from 'vitest';

import { globalId, testApi } from '../testkit/api.ts';

const api = await testApi();
const merchant = await api.seed.merchant();
const ada = await merchant.pastDueCustomer();
await api.drain();
const owner = await api.staff(merchant, 'OWNER');
const analyst = await api.staff(merchant, 'ANALYST');
const portal = await api.customer(merchant, ada);

const update = `mutation ($input: UpdateDunningPolicyInput!) {
  updateDunningPolicy(input: $input) {
    __typename
    ... on DunningPolicy { version retryDays finalAction graceDays useBackupMethod attemptCap }
    ... on InvalidInputError { field reason }
  }
}`;

describe('the dunning policy', () => {
  it('is changed by the owner, and its history kept', async () => {
    const input = { retryDays: [2, 4], graceDays: 3, finalAction: 'MARK_UNPAID' };
    const { data } = await owner.request(update, { input });
    expect(data.updateDunningPolicy).toEqual({
      __typename: 'DunningPolicy',
      version: 2,
      useBackupMethod: false,
      attemptCap: 15,
      ...input,
    });
    const read = await analyst.request(
      `query ($id: ID!) { node(id: $id) { ... on Merchant {
         dunningPolicy { version } dunningPolicies { version hardDeclineCodes } } } }`,
      { id: globalId('Merchant', merchant.id) },
    );
    expect(read.data.node).toMatchObject({
      dunningPolicy: { version: 2 },
      dunningPolicies: [{ version: 2 }, { version: 1 }],
    });
  });

  it('answers a broken rule by field and reason, and others not at all', async () => {
    const broken = await owner.request(update, { input: { attemptCap: 0 } });
    expect(broken.data.updateDunningPolicy).toEqual({
      __typename: 'InvalidInputError',
      field: 'attemptCap',
      reason: 'ATTEMPT_CAP_OUT_OF_RANGE',
    });
    const denied = await analyst.request(update, { input: { attemptCap: 5 } });
    expect(denied.errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN', permission: 'merchant:write' } },
    ]);
  });
});

describe('the simulation', () => {
  it('says when an invoice is tried and how it ends', async () => {
    const [invoice] = await ada.openInvoices();
    const { data } = await analyst.request(
      `query ($id: ID!) {
         own: dunningSimulation(invoiceId: $id) { attemptsAt end endsAt }
         other: dunningSimulation(policy: { retryDays: [1] }) { attemptsAt end }
       }`,
      { id: globalId('Invoice', invoice!.id) },
    );
    // Its card has expired: a hard decline that only another card gets over.
    expect(data.own).toEqual({ attemptsAt: [], end: 'NOTHING', endsAt: null });
    expect(data.other).toMatchObject({ end: 'MARK_UNPAID' });
    expect(data.other.attemptsAt).toHaveLength(2);
  });

  it('is not for customers', async () => {
    const { errors } = await portal.request('{ dunningSimulation { end } }');
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });
});

it('recovery figures agree with the overview', async () => {
  await ada.enterCard('visa');
  await api.drain();
  const { data } = await analyst.request(
    `query ($id: ID!) { node(id: $id) { ... on Merchant {
       overview { recovered { amountMinor currency } }
       recoveryFigures {
         total { failed { count } recovered { count amounts { amountMinor currency } } rateBps }
         byDeclineCode { declineCode tallies { rateBps } }
         byAttempt { attemptNumber recovered { count } }
         byTrigger { trigger recovered { count } }
         overTime(interval: WEEK) { startsAt tallies { open { count } } }
       } } } }`,
    { id: globalId('Merchant', merchant.id) },
  );
  const { overview, recoveryFigures } = data.node;
  expect(recoveryFigures).toMatchObject({
    total: { failed: { count: 1 }, recovered: { count: 1 }, rateBps: 10_000 },
    byDeclineCode: [{ declineCode: 'expired_card', tallies: { rateBps: 10_000 } }],
    byAttempt: [{ attemptNumber: 2, recovered: { count: 1 } }],
    byTrigger: [{ trigger: 'METHOD_UPDATE', recovered: { count: 1 } }],
    overTime: [{ tallies: { open: { count: 0 } } }],
  });
  expect(overview.recovered).toEqual(recoveryFigures.total.recovered.amounts);
  expect(overview.recovered).toEqual([{ amountMinor: 4900, currency: 'EUR' }]);
});

it('a customer chooses a backup method and clears it', async () => {
  const amex = await ada.enterCard('amex', { makeDefault: false });
  const set = await portal.request(
    `mutation ($input: SetBackupPaymentMethodInput!) {
       setBackupPaymentMethod(input: $input) { __typename ... on PaymentMethod { isBackup } }
     }`,
    { input: { paymentMethodId: globalId('PaymentMethod', amex.id) } },
  );
  expect(set.data.setBackupPaymentMethod).toEqual({ __typename: 'PaymentMethod', isBackup: true });
  const cleared = await portal.request(
    'mutation { clearBackupPaymentMethod { paymentMethods { isBackup } } }',
  );
  expect(cleared.errors).toEqual([]);
  expect(JSON.stringify(cleared.data)).not.toContain('true');
});

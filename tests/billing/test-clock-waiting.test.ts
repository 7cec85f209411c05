/** What waits for a bank or for somebody, under a merchant's own clock: each in its turn. */
import { requestTestClockAdvance } from '@4geeks/billing/test-clock/request-test-clock-advance';
import { startTestClock } from '@4geeks/billing/test-clock/start-test-clock';
import { expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import type { CustomerOptions } from '../testkit/seed.ts';

const t = await testBilling();
const start = t.clock.now();
const inDays = (days: number) => new Date(start.getTime() + days * 86_400_000);

async function customerUnderClock(options: CustomerOptions) {
  const merchant = await t.seed.merchant();
  await startTestClock(t.billing, merchant.system, {});
  const customer = await merchant.customer(options);
  await customer.subscription();
  await t.drain();
  const travel = async (days: number) => {
    await requestTestClockAdvance(t.billing, merchant.system, { to: inDays(days) });
    await t.drain();
    const { testClockNow } = await t.billing.database.merchant.findUniqueOrThrow({
      where: { id: merchant.id },
    });
    expect(testClockNow).toEqual(inDays(days));
  };
  return { customer, travel };
}

it('a debit settles on its day, and the next period is debited and settles on its', async () => {
  const { customer, travel } = await customerUnderClock({ account: 'sepa' });
  await travel(1);
  expect(await customer.payments()).toMatchObject([{ status: 'PROCESSING' }]);
  await travel(40);
  expect(await customer.payments()).toMatchObject([
    { status: 'SUCCEEDED', settledAt: inDays(2) },
    // March has 31 days: debited on April 1, settled two days later.
    { status: 'SUCCEEDED', createdAt: inDays(31), settledAt: inDays(33) },
  ]);
});

it('a debit that fails is retried, each retry settling before the next', async () => {
  const { customer, travel } = await customerUnderClock({ account: 'sepa_insufficient_funds' });
  await travel(30);
  // Failed on day 2; retried 3, 5 and 7 days after each failure, which comes two days later.
  expect((await customer.payments()).map(({ createdAt }) => createdAt)).toEqual(
    [0, 5, 12, 21].map(inDays),
  );
});

it('a debit that is returned becomes a dispute on the day of its return', async () => {
  const { customer, travel } = await customerUnderClock({ account: 'sepa_returned' });
  await travel(10);
  const disputes = await t.billing.database.dispute.findMany({
    where: { payment: { customerId: customer.id } },
  });
  expect(disputes).toMatchObject([{ status: 'LOST', openedAt: inDays(4), closedAt: inDays(4) }]);
});

it('a payment nobody confirms is given up after three days', async () => {
  const { customer, travel } = await customerUnderClock({ card: 'visa_3ds' });
  await travel(2);
  expect(await customer.payments()).toMatchObject([{ status: 'REQUIRES_ACTION' }]);
  await travel(10);
  expect(await customer.payments()).toMatchObject([
    { status: 'FAILED', declineCode: 'authentication_required', settledAt: inDays(3) },
  ]);
});

it('a card that expires is told of 20 days ahead', async () => {
  const { customer, travel } = await customerUnderClock({ card: 'expiring' });
  await travel(30);
  const told = await t.billing.database.event.findMany({
    where: { customerId: customer.id, type: 'payment_method.expiring' },
  });
  // The card ends with March: April 1 less 20 days.
  expect(told).toMatchObject([{ occurredAt: new Date('2027-03-12T00:00:00Z') }]);
});

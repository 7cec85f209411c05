/** Yen have no decimals and dinars have three: a year in each, with a change of plan. */
import { expect, it } from 'vitest';

import { mailsOf } from './portal-customer.ts';
import { aYear, monthly, paidPeriods, story, sumOf } from './story.ts';

const { merchant, time, plan, subscribe, mutate, invoices, lines, charged } =
  await story('2028-04-01');

it('counts in whole yen and in thousandths of a dinar', aYear, async () => {
  const yuki = await merchant.customer({ name: 'Yuki' });
  const noor = await merchant.customer({ name: 'Noor' });
  const yen = {
    team: await plan({ amountMinor: 999, currency: 'JPY' }),
    business: await plan({ name: 'Business', amountMinor: 1980, currency: 'JPY' }),
  };
  const dinar = {
    team: await plan({ amountMinor: 4900, currency: 'KWD' }),
    business: await plan({ name: 'Business', amountMinor: 9905, currency: 'KWD' }),
  };
  const inYen = await subscribe(yuki, yen.team);
  const inDinar = await subscribe(noor, dinar.team);
  const upgrade = (subscriptionId: string, priceId: string) =>
    mutate(
      'changeSubscription',
      { subscriptionId, when: 'NOW', items: [{ priceId }] },
      '... on Subscription { amount { amountMinor currency } }',
    );

  // From April 11 on 20 of 30 days are left.
  //   back:   4.900 * 20/30 = 3.2666... = 3.267
  //   to pay: 9.905 * 20/30 = 6.6033... = 6.603
  //   net:    3.336
  await time.to('2028-04-11');
  expect(await upgrade(inDinar, dinar.business)).toMatchObject({
    amount: { amountMinor: 9905, currency: 'KWD' },
  });
  expect(await lines(noor, 1)).toEqual([
    [-3267, 'Unused time: Team'],
    [6603, 'Remaining time: Business'],
  ]);

  // From April 16 on 15 of 30 days are left.
  //   back:    999 * 15/30 = 499.5 = 500
  //   to pay: 1980 * 15/30 =         990
  //   net:                           490
  await time.to('2028-04-16');
  expect(await upgrade(inYen, yen.business)).toMatchObject({
    amount: { amountMinor: 1980, currency: 'JPY' },
  });
  expect(await lines(yuki, 1)).toEqual([
    [-500, 'Unused time: Team'],
    [990, 'Remaining time: Business'],
  ]);

  // 999 + 490 + 12 * 1980 = 25,249 yen; 4.900 + 3.336 + 12 * 9.905 = 127.096 dinars.
  await time.to('2029-04-01');
  const changed = (on: string, total: number) => ({
    ...{ issued: on, status: 'PAID', total, paid: total, paidAt: on, period: null },
  });
  expect(await invoices(yuki)).toEqual([
    ...paidPeriods(['2028-04-01', '2028-05-01'], 999),
    changed('2028-04-16', 490),
    ...paidPeriods(monthly('2028-05-01', 13), 1980),
  ]);
  expect(await invoices(noor)).toEqual([
    ...paidPeriods(['2028-04-01', '2028-05-01'], 4900),
    changed('2028-04-11', 3336),
    ...paidPeriods(monthly('2028-05-01', 13), 9905),
  ]);
  expect(sumOf(await charged(yuki))).toBe(25_249);
  expect(sumOf(await charged(noor))).toBe(127_096);

  // And so they read.
  const receipts = async (customer: typeof yuki) =>
    (await mailsOf(customer, 'payment-receipt')).slice(0, 2).map(({ subject }) => subject);
  expect(await receipts(yuki)).toEqual([
    'Receipt for your payment of ¥999 to Analytical Engines',
    'Receipt for your payment of ¥490 to Analytical Engines',
  ]);
  expect(await receipts(noor)).toEqual([
    'Receipt for your payment of KWD 4.900 to Analytical Engines',
    'Receipt for your payment of KWD 3.336 to Analytical Engines',
  ]);
});

/** A bigger plan in the middle of a month, a second seat in another, and a year of it. */
import { expect, it } from 'vitest';

import { aYear, monthly, paidPeriods, story, sumOf } from './story.ts';

const { merchant, time, plan, subscribe, mutate, invoices, lines, charged } =
  await story('2028-04-01');

it(
  'is charged for the rest of the month at once, and in full from the next one on',
  aYear,
  async () => {
    const ada = await merchant.customer({ name: 'Ada' });
    const team = await plan({ name: 'Team', amountMinor: 4900 });
    const business = await plan({ name: 'Business', amountMinor: 9900 });
    const subscriptionId = await subscribe(ada, team);
    const change = (priceId: string, quantity: number) =>
      mutate(
        'changeSubscription',
        { subscriptionId, when: 'NOW', items: [{ priceId, quantity }] },
        '... on Subscription { currentPeriodEnd amount { amountMinor } }',
      );

    // April has 30 days; from the 16th on 15 are left.
    //   back:   49.00 * 15/30 = 24.50
    //   to pay: 99.00 * 15/30 = 49.50
    //   net:    25.00
    await time.to('2028-04-16');
    expect(await change(business, 1)).toMatchObject({
      currentPeriodEnd: '2028-05-01T00:00:00.000Z',
      amount: { amountMinor: 9900 },
    });
    const upgrade = {
      issued: '2028-04-16',
      status: 'PAID',
      total: 2500,
      paid: 2500,
      paidAt: '2028-04-16',
      period: null,
    };
    const april = [...paidPeriods(['2028-04-01', '2028-05-01'], 4900), upgrade];
    expect(await invoices(ada)).toEqual(april);
    expect(await lines(ada, 1)).toEqual([
      [-2450, 'Unused time: Team'],
      [4950, 'Remaining time: Business'],
    ]);

    // May to February cost 99.00 each. February 2029 has 28 days; from the 15th on 14 are left, and a
    // second seat joins.
    //   back:   1 * 99.00 * 14/28 = 49.50
    //   to pay: 2 * 99.00 * 14/28 = 99.00
    //   net:    49.50
    await time.to('2029-02-15');
    expect(await change(business, 2)).toMatchObject({ amount: { amountMinor: 19_800 } });
    const untilFebruary = [...april, ...paidPeriods(monthly('2028-05-01', 11), 9900)];
    const seat = {
      ...upgrade,
      issued: '2029-02-15',
      paidAt: '2029-02-15',
      total: 4950,
      paid: 4950,
    };
    expect(await invoices(ada)).toEqual([...untilFebruary, seat]);
    expect(await lines(ada, untilFebruary.length)).toEqual([
      [-4950, 'Unused time: Business'],
      [9900, 'Remaining time: Business'],
    ]);

    // March and April 2029: 2 * 99.00 = 198.00 each.
    // The year: 49.00 + 25.00 + 10 * 99.00 + 49.50 + 2 * 198.00 = 1509.50
    await time.to('2029-04-01');
    expect(await invoices(ada)).toEqual([
      ...untilFebruary,
      seat,
      ...paidPeriods(['2029-03-01', '2029-04-01', '2029-05-01'], 19_800),
    ]);
    expect(sumOf(await charged(ada))).toBe(150_950);
  },
);

/** Months that have no 31st, and years that have no February 29, over a leap year and the next. */
import { expect, it } from 'vitest';

import { aYear, paidPeriods, story, sumOf } from './story.ts';

const { merchant, time, plan, subscribe, mutate, invoices, charged } = await story('2028-01-31');

it(
  'a month from the 31st ends with the month, and a year from February 29 with February',
  aYear,
  async () => {
    const ada = await merchant.customer({ name: 'Ada', cardYears: 10 });
    const bob = await merchant.customer({ name: 'Bob', cardYears: 10 });
    const subscriptionId = await subscribe(ada, await plan({ amountMinor: 4900 }));
    await time.to('2028-02-29');
    await subscribe(bob, await plan({ amountMinor: 49_000, interval: 'YEAR' }));

    // Each boundary is counted from January 31, so that short months do not move those after them.
    await time.to('2029-03-31');
    const months = [
      ['2028-01-31', '2028-02-29', '2028-03-31', '2028-04-30', '2028-05-31', '2028-06-30'],
      ['2028-07-31', '2028-08-31', '2028-09-30', '2028-10-31', '2028-11-30', '2028-12-31'],
      ['2029-01-31', '2029-02-28', '2029-03-31', '2029-04-30'],
    ].flat();
    expect(await invoices(ada)).toEqual(paidPeriods(months, 4900));
    // 15 * 49.00 = 735.00
    expect(sumOf(await charged(ada))).toBe(73_500);
    await mutate(
      'cancelSubscription',
      { subscriptionId, when: 'NOW' },
      '... on Subscription { id }',
    );

    // Three common years end on February 28, the fourth is a leap year again.
    await time.to('2031-03-01');
    await time.to('2032-03-01');
    expect(await invoices(bob)).toEqual(
      paidPeriods(
        ['2028-02-29', '2029-02-28', '2030-02-28', '2031-02-28', '2032-02-29', '2033-02-28'],
        49_000,
      ),
    );
    // 5 * 490.00 = 2450.00
    expect(sumOf(await charged(bob))).toBe(245_000);
    expect(await invoices(ada)).toHaveLength(15);
  },
);

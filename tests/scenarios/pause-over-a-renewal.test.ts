/** A pause over a renewal until a day, another until somebody ends it, and a year of it. */
import { expect, it } from 'vitest';

import { aYear, monthly, paidPeriods, story, sumOf } from './story.ts';

const { merchant, time, plan, subscribe, mutate, invoices, read, charged } =
  await story('2028-01-10');

it(
  'bills nothing while it is paused, and begins anew on the day it is resumed',
  aYear,
  async () => {
    const ada = await merchant.customer({ name: 'Ada' });
    const subscriptionId = await subscribe(ada, await plan({ amountMinor: 4900 }));
    const state = () => read(subscriptionId, 'Subscription', 'status nextRenewalAt resumesAt');

    // Paused from February 20 until March 25: the renewal of March 10 does not happen.
    await time.to('2028-02-20');
    await mutate(
      'pauseSubscription',
      { subscriptionId, resumesAt: '2028-03-25T00:00:00Z' },
      '... on Subscription { id }',
    );
    await time.to('2028-03-24T23:59:59Z');
    const paid = paidPeriods(['2028-01-10', '2028-02-10', '2028-03-10'], 4900);
    expect(await invoices(ada)).toEqual(paid);
    expect(await state()).toEqual({
      status: 'PAUSED',
      nextRenewalAt: null,
      resumesAt: '2028-03-25T00:00:00.000Z',
    });

    // It goes on by itself, and is billed on the 25th from then on.
    await time.to('2028-08-01');
    paid.push(...paidPeriods(monthly('2028-03-25', 6), 4900));
    expect(await invoices(ada)).toEqual(paid);
    expect(await state()).toEqual({
      status: 'ACTIVE',
      nextRenewalAt: '2028-08-25T00:00:00.000Z',
      resumesAt: null,
    });

    // Paused without an end: August 25, September 25 and October 25 pass, until she is back.
    await mutate('pauseSubscription', { subscriptionId }, '... on Subscription { id }');
    await time.to('2028-11-15');
    expect(await invoices(ada)).toEqual(paid);
    await mutate('resumeSubscription', { subscriptionId }, '... on Subscription { id }');
    await time.to('2029-01-15');
    paid.push(...paidPeriods(monthly('2028-11-15', 4), 4900));
    expect(await invoices(ada)).toEqual(paid);

    // Two months before the first pause, five between the two, three after: 10 * 49.00 = 490.00
    expect(sumOf(await charged(ada))).toBe(49_000);
  },
);

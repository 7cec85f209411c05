/** A trial of a fortnight becomes a paying customer, and a year of it. */
import { expect, it } from 'vitest';

import { mailsOf } from './portal-customer.ts';
import { aYear, day, monthly, paidPeriods, story, sumOf } from './story.ts';

const { merchant, time, plan, subscribe, invoices, read, charged } = await story('2028-02-10');

it('costs nothing until the trial ends, and then every month', aYear, async () => {
  const ada = await merchant.customer({ name: 'Ada' });
  const id = await subscribe(ada, await plan({ amountMinor: 4900, trialDays: 14 }));
  const state = async () => {
    const { currentPeriodStart, currentPeriodEnd, trialEnd, status } = await read(
      id,
      'Subscription',
      'status trialEnd currentPeriodStart currentPeriodEnd',
    );
    return `${status} ${day(currentPeriodStart)} to ${day(currentPeriodEnd)}, trial ${day(trialEnd)}`;
  };

  // February 10 and 14 days: the trial ends with the 23rd.
  expect(await state()).toBe('TRIALING 2028-02-10 to 2028-02-24, trial 2028-02-24');
  await time.to('2028-02-23T23:59:59Z');
  expect(await state()).toBe('TRIALING 2028-02-10 to 2028-02-24, trial 2028-02-24');
  expect(await invoices(ada)).toEqual([]);
  expect(await charged(ada)).toEqual([]);
  expect(await ada.mails()).toEqual([]);

  // One second later the first month begins, is billed and paid.
  await time.to('2028-02-24');
  expect(await state()).toBe('ACTIVE 2028-02-24 to 2028-03-24, trial 2028-02-24');
  expect(await invoices(ada)).toEqual(paidPeriods(['2028-02-24', '2028-03-24'], 4900));
  expect(await mailsOf(ada, 'invoice-created')).toHaveLength(1);
  expect(await mailsOf(ada, 'payment-receipt')).toMatchObject([
    { subject: 'Receipt for your payment of €49.00 to Analytical Engines' },
  ]);

  // A year after she came, twelve months are billed: the 24th of February 2028 to January 2029.
  // 12 * 49.00 = 588.00
  await time.to('2029-02-10');
  const year = await invoices(ada);
  expect(year).toEqual(paidPeriods(monthly('2028-02-24', 13), 4900));
  expect(year).toHaveLength(12);
  expect(sumOf(await charged(ada))).toBe(58_800);
  expect(await state()).toBe('ACTIVE 2029-01-24 to 2029-02-24, trial 2028-02-24');
  expect(await mailsOf(ada, 'payment-receipt')).toHaveLength(12);
});

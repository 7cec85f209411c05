/** A smaller plan, planned for the end of the month, thought over, planned again, and a year of it. */
import { expect, it } from 'vitest';

import { globalId } from '../testkit/api.ts';
import { aYear, monthly, paidPeriods, story, sumOf } from './story.ts';

const { merchant, time, plan, subscribe, mutate, invoices, read, charged } =
  await story('2028-04-01');

it('keeps what is paid for until the month is over, and gives nothing back', aYear, async () => {
  const ada = await merchant.customer({ name: 'Ada' });
  const team = await plan({ name: 'Team', amountMinor: 4900 });
  const business = await plan({ name: 'Business', amountMinor: 9900 });
  const subscriptionId = await subscribe(ada, business);
  const items = async () => {
    const subscription = await read(
      subscriptionId,
      'Subscription',
      'items { productName } scheduledItems { productName }',
    );
    const names = (of: { productName: string }[]) => of.map(({ productName }) => productName);
    return [names(subscription.items), names(subscription.scheduledItems)];
  };
  const downgrade = () =>
    mutate(
      'changeSubscription',
      { subscriptionId, when: 'PERIOD_END', items: [{ priceId: team }] },
      '... on Subscription { amount { amountMinor } }',
    );

  // Planned in May and taken back: June is billed as before.
  await time.to('2028-05-20');
  expect(await downgrade()).toMatchObject({ amount: { amountMinor: 9900 } });
  expect(await items()).toEqual([['Business'], ['Team']]);
  await time.by('P1D');
  await mutate('undoSubscriptionChange', { subscriptionId }, '... on Subscription { id }');
  expect(await items()).toEqual([['Business'], []]);
  await time.to('2028-06-10');
  expect(await items()).toEqual([['Business'], []]);
  const spring = paidPeriods(['2028-04-01', '2028-05-01', '2028-06-01', '2028-07-01'], 9900);
  expect(await invoices(ada)).toEqual(spring);

  // Planned in June: it stays Business to the last second of June.
  await downgrade();
  await time.to('2028-06-30T23:59:59Z');
  expect(await items()).toEqual([['Business'], ['Team']]);
  await time.to('2028-07-01');
  expect(await items()).toEqual([['Team'], []]);

  // The year: April to June at 99.00, July to April at 49.00.
  // 3 * 99.00 + 10 * 49.00 = 787.00
  await time.to('2029-04-01');
  expect(await invoices(ada)).toEqual([...spring, ...paidPeriods(monthly('2028-07-01', 11), 4900)]);
  expect(sumOf(await charged(ada))).toBe(78_700);
  const { balances } = await read(
    globalId('Customer', ada.id),
    'Customer',
    'balances { amountMinor }',
  );
  expect(balances).toEqual([]);
});

/** What a smaller plan gave back is not given back again, and a year of it. */
import { expect, it } from 'vitest';

import { globalId } from '../testkit/api.ts';
import { aYear, monthly, paidPeriod, paidPeriods, story, sumOf } from './story.ts';

const { merchant, time, plan, subscribe, mutate, invoices, read, charged } =
  await story('2028-04-01');

it(
  'refunds what is left of the payment, and the balance pays for the next month',
  aYear,
  async () => {
    const ada = await merchant.customer({ name: 'Ada' });
    const team = await plan({ name: 'Team', amountMinor: 4900 });
    const business = await plan({ name: 'Business', amountMinor: 9900 });
    const subscriptionId = await subscribe(ada, business);
    const [april] = await ada.payments();
    const paymentId = globalId('Payment', april!.id);
    const balance = async () => {
      const { balances } = await read(
        globalId('Customer', ada.id),
        'Customer',
        'balances { amountMinor }',
      );
      return balances;
    };
    const refund = (amountMinor: number) =>
      mutate(
        'refundPayment',
        { paymentId, amountMinor },
        '... on Refund { amount { amountMinor } status }',
      );

    // From April 16 on 15 of 30 days are left.
    //   back:   99.00 * 15/30 = 49.50
    //   to pay: 49.00 * 15/30 = 24.50
    //   to the balance:         25.00
    await time.to('2028-04-16');
    await mutate(
      'changeSubscription',
      { subscriptionId, when: 'NOW', items: [{ priceId: team }] },
      '... on Subscription { id }',
    );
    expect(await balance()).toEqual([{ amountMinor: 2500 }]);
    expect(await charged(ada)).toEqual([9900]);

    // Of the 99.00 that were paid, 25.00 are on the balance: 74.00 may go back, in parts.
    await time.to('2028-04-20');
    expect(await refund(7401)).toMatchObject({ code: 'CREDITED_TO_BALANCE' });
    expect(await refund(3000)).toMatchObject({ amount: { amountMinor: 3000 } });
    expect(await refund(4401)).toMatchObject({ code: 'CREDITED_TO_BALANCE' });
    expect(await refund(4400)).toMatchObject({ amount: { amountMinor: 4400 } });
    expect(await refund(1)).toMatchObject({ code: 'CREDITED_TO_BALANCE' });
    expect(await read(paymentId, 'Payment', 'amountRefunded { amountMinor }')).toEqual({
      amountRefunded: { amountMinor: 7400 },
    });
    const refunds = await read(paymentId, 'Payment', 'refunds { status createdAt settledAt }');
    const done = '2028-04-20T00:00:00.000Z';
    expect(refunds.refunds).toEqual([
      { status: 'SUCCEEDED', createdAt: done, settledAt: done },
      { status: 'SUCCEEDED', createdAt: done, settledAt: done },
    ]);

    // May: 49.00 - 25.00 of balance = 24.00. June to April 2029: 11 * 49.00 = 539.00
    await time.to('2029-04-01');
    expect(await invoices(ada)).toEqual([
      paidPeriod('2028-04-01', '2028-05-01', 9900),
      { ...paidPeriod('2028-05-01', '2028-06-01', 4900), paid: 2400 },
      ...paidPeriods(monthly('2028-06-01', 12), 4900),
    ]);
    expect(await balance()).toEqual([]);
    // Charged: 99.00 + 24.00 + 539.00 = 662.00, which is what she had: half of April at 99.00, half
    // of it at 49.00, and twelve months at 49.00: 49.50 + 24.50 + 588.00 = 662.00
    expect(sumOf(await charged(ada))).toBe(66_200);
  },
);

/** A card that never pays: retried, waited for, cancelled, and silence for the rest of the year. */
import { expect, it } from 'vitest';

import { globalId } from '../testkit/api.ts';
import type { Data } from '../testkit/graphql-client.ts';
import { mailsOf } from './portal-customer.ts';
import { aYear, day, story } from './story.ts';

const { merchant, client, time, plan, subscribe, mutate, invoices, read, charged } =
  await story('2028-01-31');

it('is cancelled on the day foretold, and never billed again', aYear, async () => {
  await mutate(
    'updateDunningPolicy',
    { retryDays: [3, 5, 7], graceDays: 2, finalAction: 'CANCEL_SUBSCRIPTION' },
    '... on DunningPolicy { version }',
  );
  const ada = await merchant.customer({ name: 'Ada', card: 'visa_insufficient_funds' });
  const subscriptionId = await subscribe(ada, await plan({ amountMinor: 4900 }));
  const state = async () => {
    const { status, endedAt, latestInvoice } = await read(
      subscriptionId,
      'Subscription',
      'status endedAt latestInvoice { status nextAttemptAt dunningEndsAt amountDue { amountMinor } }',
    );
    return {
      status,
      endedAt: endedAt && day(endedAt),
      invoice: latestInvoice.status,
      due: latestInvoice.amountDue.amountMinor,
      next: latestInvoice.nextAttemptAt && day(latestInvoice.nextAttemptAt),
      ends: latestInvoice.dunningEndsAt && day(latestInvoice.dunningEndsAt),
    };
  };
  const owed = { status: 'PAST_DUE', endedAt: null, invoice: 'OPEN', due: 4900 };

  // January 31 + 3 = February 3, + 5 = February 8, + 7 = February 15, + 2 of grace = February 17.
  const [invoice] = await ada.invoices();
  const { dunningSimulation: foretold } = await client.data(
    `query ($id: ID!) { dunningSimulation(invoiceId: $id) { attemptsAt end endsAt } }`,
    { id: globalId('Invoice', invoice!.id) },
  );
  expect(foretold.attemptsAt.map(day)).toEqual(['2028-02-03', '2028-02-08', '2028-02-15']);
  expect([foretold.end, day(foretold.endsAt)]).toEqual(['CANCEL_SUBSCRIPTION', '2028-02-17']);

  await time.to('2028-02-14T23:59:59Z');
  expect(await state()).toEqual({ ...owed, next: '2028-02-15', ends: null });
  await time.to('2028-02-15');
  expect(await state()).toEqual({ ...owed, next: null, ends: '2028-02-17' });
  await time.to('2028-02-16T23:59:59Z');
  expect(await state()).toEqual({ ...owed, next: null, ends: '2028-02-17' });
  await time.to('2028-02-17');
  const ended = { ...owed, status: 'CANCELED', endedAt: '2028-02-17', next: null, ends: null };
  expect(await state()).toEqual(ended);

  // February 29 would have been the next month: nothing is billed, tried or mailed any more.
  await time.to('2029-01-31');
  expect(await state()).toEqual(ended);
  expect(await invoices(ada)).toEqual([
    {
      issued: '2028-01-31',
      status: 'OPEN',
      total: 4900,
      paid: 0,
      paidAt: null,
      period: '2028-01-31 to 2028-02-29',
    },
  ]);
  const payments = await ada.payments();
  expect(payments.map(({ createdAt }) => day(createdAt.toISOString()))).toEqual([
    '2028-01-31',
    ...foretold.attemptsAt.map((at: Data) => day(at)),
  ]);
  expect(await mailsOf(ada, 'payment-failed')).toHaveLength(4);
  expect(await charged(ada)).toEqual([]);
});

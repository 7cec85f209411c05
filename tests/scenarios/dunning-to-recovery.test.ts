/** A card without funds, three attempts, a mail that is answered, and a year of it. */
import { expect, it } from 'vitest';

import { globalId } from '../testkit/api.ts';
import type { Data } from '../testkit/graphql-client.ts';
import { enterCard, mailsOf, signIn } from './portal-customer.ts';
import { aYear, day, monthly, paidPeriods, story, sumOf } from './story.ts';

const { api, merchant, client, time, plan, subscribe, invoices, read, charged } =
  await story('2028-01-10');

it(
  'is retried on schedule, paid by a new card at once, and goes on as if nothing had been',
  aYear,
  async () => {
    const ada = await merchant.customer({ name: 'Ada', card: 'visa_insufficient_funds' });
    const subscriptionId = await subscribe(ada, await plan({ amountMinor: 4900 }));
    const customerId = globalId('Customer', ada.id);
    const standing = async () => {
      const { status } = await read(subscriptionId, 'Subscription', 'status');
      const customer = await read(
        customerId,
        'Customer',
        'billingStatus amountPastDue { amountMinor } pastDueInvoices { nextAttemptAt }',
      );
      return {
        status,
        billing: customer.billingStatus,
        pastDue: customer.amountPastDue.map(({ amountMinor }: Data) => amountMinor),
        next: customer.pastDueInvoices.map(({ nextAttemptAt }: Data) => day(nextAttemptAt)),
      };
    };
    const owed = { status: 'PAST_DUE', billing: 'PAST_DUE', pastDue: [4900] };

    // Declined on the 10th. The schedule says 3, then 5, then 7 days after the failure before.
    expect(await standing()).toEqual({ ...owed, next: ['2028-01-13'] });
    await time.to('2028-01-12T23:59:59Z');
    expect(await mailsOf(ada, 'payment-failed')).toHaveLength(1);
    await time.to('2028-01-13');
    expect(await standing()).toEqual({ ...owed, next: ['2028-01-18'] });
    await time.to('2028-01-20');
    expect(await standing()).toEqual({ ...owed, next: ['2028-01-25'] });
    expect(await mailsOf(ada, 'payment-failed')).toHaveLength(3);

    // She follows the mail on the 20th and enters another card: it is charged at once.
    const portal = await signIn(api, merchant, ada, 'payment-methods/new');
    expect(await enterCard(api, portal, 'mastercard')).toMatchObject({ last4: '4444' });
    await api.drain();
    expect(await standing()).toEqual({
      status: 'ACTIVE',
      billing: 'CURRENT',
      pastDue: [],
      next: [],
    });
    const { payments } = await read(
      customerId,
      'Customer',
      'payments(first: 10) { edges { node { createdAt trigger status declineCode } } }',
    );
    const attempts = payments.edges.map(({ node }: Data) => [
      day(node.createdAt),
      node.trigger,
      node.declineCode ?? node.status,
    ]);
    expect(attempts.reverse()).toEqual([
      ['2028-01-10', 'RENEWAL', 'insufficient_funds'],
      ['2028-01-13', 'DUNNING', 'insufficient_funds'],
      ['2028-01-18', 'DUNNING', 'insufficient_funds'],
      ['2028-01-20', 'METHOD_UPDATE', 'SUCCEEDED'],
    ]);

    // The retry of the 25th is gone, and the months stay where they were: the 10th.
    await time.to('2029-01-09');
    const year = paidPeriods(monthly('2028-01-10', 13), 4900);
    expect(await invoices(ada)).toEqual([{ ...year[0], paidAt: '2028-01-20' }, ...year.slice(1)]);
    // 12 * 49.00 = 588.00
    expect(sumOf(await charged(ada))).toBe(58_800);
    expect(await mailsOf(ada, 'payment-failed')).toHaveLength(3);

    // Of the year's figures: one invoice over 49.00 failed, and all of it was recovered.
    const { viewer } = await client.data(
      `query ($from: DateTime) { viewer { merchant { recoveryFigures(from: $from) {
       total { failed { count amounts { amountMinor } } recovered { count amounts { amountMinor } } rateBps }
     } } } }`,
      { from: '2028-01-10T00:00:00Z' },
    );
    expect(viewer.merchant.recoveryFigures.total).toEqual({
      failed: { count: 1, amounts: [{ amountMinor: 4900 }] },
      recovered: { count: 1, amounts: [{ amountMinor: 4900 }] },
      rateBps: 10_000,
    });
  },
);

/**
 * Over the API, everything that the tables of docs/subscription-states.md and docs/invoices.md refuse
 * comes as a typed ConflictError with its code, and changes nothing.
 */
import {
  invoiceChanges,
  invoiceStatuses,
  type InvoiceCell,
  type InvoiceChange,
} from '@4geeks/billing/invoice/invoice-changes';
import {
  statuses,
  transitions,
  type Cell,
  type Transition,
} from '@4geeks/billing/subscription/transitions';
import { describe, expect, it } from 'vitest';

import { globalId, testApi } from '../testkit/api.ts';
import { createStates } from '../testkit/states.ts';

const api = await testApi();
const { merchant, invoiceIn, subscriptionIn } = await createStates(
  {
    billing: api.app.billing,
    drain: api.drain,
    async travel(days) {
      api.clock.advance({ days });
      await api.sweep();
    },
  },
  api.seed,
);
const staff = await api.staff(merchant);
const { database } = api.app.billing;

async function mutate(name: string, input: object) {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  const data = await staff.data(
    `mutation ($input: ${type}!) { ${name}(input: $input) {
       __typename ... on ConflictError { code message } } }`,
    { input },
  );
  return data[name];
}

const refusedAs = (code: string) => ({
  __typename: 'ConflictError',
  code,
  message: expect.stringMatching(/\w/),
});

interface AskedSubscription {
  subscriptionId: string;
  priceId: string;
}

const askOfSubscription: Partial<
  Record<Transition, (asked: AskedSubscription) => [name: string, input: object]>
> = {
  cancelAtPeriodEnd: ({ subscriptionId }) => ['cancelSubscription', { subscriptionId }],
  cancelNow: ({ subscriptionId }) => ['cancelSubscription', { subscriptionId, when: 'NOW' }],
  undoCancellation: ({ subscriptionId }) => ['undoSubscriptionCancellation', { subscriptionId }],
  pause: ({ subscriptionId }) => ['pauseSubscription', { subscriptionId }],
  resume: ({ subscriptionId }) => ['resumeSubscription', { subscriptionId }],
  changeNow: ({ subscriptionId, priceId }) => [
    'changeSubscription',
    { subscriptionId, when: 'NOW', items: [{ priceId, quantity: 7 }] },
  ],
  changeAtPeriodEnd: ({ subscriptionId, priceId }) => [
    'changeSubscription',
    { subscriptionId, when: 'PERIOD_END', items: [{ priceId, quantity: 7 }] },
  ],
  undoChange: ({ subscriptionId }) => ['undoSubscriptionChange', { subscriptionId }],
  resubscribe: ({ subscriptionId }) => ['resubscribe', { subscriptionId }],
};

describe.each(statuses)('a subscription that is %s', (status) => {
  const refused = (Object.keys(askOfSubscription) as Transition[]).flatMap((transition) => {
    const cell: Cell = transitions[transition][status];
    return 'refused' in cell ? [[transition, cell.refused] as const] : [];
  });
  it(`refuses ${refused.map(([transition]) => transition).join(', ')}`, async () => {
    const { subscriptionId } = await subscriptionIn(status);
    const read = () =>
      database.subscription.findUniqueOrThrow({
        where: { id: subscriptionId },
        include: { items: true, scheduledItems: true },
      });
    const before = await read();
    expect(before.status).toBe(status);
    for (const [transition, code] of refused) {
      const [name, input] = askOfSubscription[transition]!({
        subscriptionId: globalId('Subscription', subscriptionId),
        priceId: globalId('Price', before.items[0]!.priceId),
      });
      expect(await mutate(name, input), transition).toEqual(refusedAs(code));
    }
    expect(await read()).toEqual(before);
  });
});

interface AskedInvoice {
  invoiceId: string;
  invoiceLineId: string;
}

const askOfInvoice: Record<
  InvoiceChange,
  ((asked: AskedInvoice) => [name: string, input: object])[]
> = {
  change_lines: [
    ({ invoiceId }) => [
      'addInvoiceLine',
      { invoiceId, description: 'More', quantity: 1, unitAmountMinor: 100 },
    ],
    ({ invoiceLineId }) => ['removeInvoiceLine', { invoiceLineId }],
    ({ invoiceLineId }) => ['updateInvoiceLine', { invoiceLineId, quantity: 2 }],
    ({ invoiceId }) => ['updateInvoice', { invoiceId, memo: 'Thanks' }],
    ({ invoiceId }) => ['applyCouponToInvoice', { invoiceId, code: 'TENTH' }],
    ({ invoiceId }) => ['deleteDraftInvoice', { invoiceId }],
  ],
  finalize: [({ invoiceId }) => ['finalizeInvoice', { invoiceId }]],
  collect: [({ invoiceId }) => ['collectInvoice', { invoiceId }]],
  credit: [
    ({ invoiceId }) => ['creditInvoice', { invoiceId, amountMinor: 100, reason: 'Goodwill' }],
  ],
  void: [({ invoiceId }) => ['voidInvoice', { invoiceId }]],
  mark_uncollectible: [({ invoiceId }) => ['markInvoiceUncollectible', { invoiceId }]],
};

describe.each(invoiceStatuses)('an invoice that is %s', (status) => {
  const refused = (Object.keys(askOfInvoice) as InvoiceChange[]).flatMap((change) => {
    const cell: InvoiceCell = invoiceChanges[change][status];
    return 'refused' in cell ? [[change, cell.refused] as const] : [];
  });
  it(`refuses ${refused.map(([change]) => change).join(', ')}`, async () => {
    const asked = await invoiceIn(status);
    const read = () =>
      database.invoice.findUniqueOrThrow({
        where: { id: asked.invoiceId },
        include: { lines: true, payments: true, creditNotes: true },
      });
    const before = await read();
    expect(before.status).toBe(status);
    for (const [change, code] of refused) {
      for (const ask of askOfInvoice[change]) {
        const [name, input] = ask({
          invoiceId: globalId('Invoice', asked.invoiceId),
          invoiceLineId: globalId('InvoiceLine', asked.invoiceLineId),
        });
        expect(await mutate(name, input), change).toEqual(refusedAs(code));
      }
    }
    expect(await read()).toEqual(before);
  });
});

it('an invoice that is being collected refuses what would cross that', async () => {
  const { invoiceId } = await invoiceIn('OPEN', { card: 'visa_3ds' });
  const asked = { invoiceId: globalId('Invoice', invoiceId), invoiceLineId: '' };
  expect(await mutate('collectInvoice', { invoiceId: asked.invoiceId })).toEqual({
    __typename: 'Invoice',
  });
  await api.drain();
  for (const change of ['collect', 'credit', 'void', 'mark_uncollectible'] as const) {
    const [name, input] = askOfInvoice[change][0]!(asked);
    expect(await mutate(name, input), change).toEqual(refusedAs('ALREADY_COLLECTING'));
  }
});

describe('a refund', () => {
  const refund = async (customer: Awaited<ReturnType<typeof invoiceIn>>['customer'], input = {}) =>
    mutate('refundPayment', {
      paymentId: globalId('Payment', (await customer.payments())[0]!.id),
      ...input,
    });

  it('is refused of what was not paid, of more than is left, and of nothing that is left', async () => {
    const { customer: declined } = await subscriptionIn('PAST_DUE');
    expect(await refund(declined)).toEqual(refusedAs('PAYMENT_NOT_REFUNDABLE'));
    const { customer } = await invoiceIn('PAID');
    expect(await refund(customer, { amountMinor: 4901 })).toEqual(
      refusedAs('REFUND_EXCEEDS_PAYMENT'),
    );
    expect(await refund(customer, { requestKey: 'a' })).toEqual({ __typename: 'Refund' });
    expect(await refund(customer, { requestKey: 'a', amountMinor: 1 })).toEqual(
      refusedAs('REQUEST_KEY_REUSED'),
    );
    await api.drain();
    expect(await refund(customer)).toEqual(refusedAs('PAYMENT_NOT_REFUNDABLE'));
    expect(await customer.payments()).toMatchObject([{ amountRefundedMinor: 4900n }]);
  });

  it('is refused of what a downgrade has given back; the invoice says how much', async () => {
    const { customer, subscriptionId } = await subscriptionIn('ACTIVE');
    const { priceId } = await database.subscriptionItem.findFirstOrThrow({
      where: { subscriptionId },
    });
    const change = (quantity: number) =>
      mutate('changeSubscription', {
        subscriptionId: globalId('Subscription', subscriptionId),
        when: 'NOW',
        items: [{ priceId: globalId('Price', priceId), quantity }],
      });
    // Twice 49.00, and back at the same instant: the second 49.00 goes to the balance.
    expect(await change(2)).toEqual({ __typename: 'Subscription' });
    await api.drain();
    expect(await change(1)).toEqual({ __typename: 'Subscription' });
    const [, second] = await customer.payments();
    const paymentId = globalId('Payment', second!.id);
    expect(await mutate('refundPayment', { paymentId })).toEqual(refusedAs('CREDITED_TO_BALANCE'));
    const { node } = await staff.data(
      `query ($id: ID!) { node(id: $id) { ... on Payment {
         amountRefundable { amountMinor } invoice { balanceCredited { amountMinor } } } } }`,
      { id: paymentId },
    );
    expect(node).toEqual({
      amountRefundable: { amountMinor: 0 },
      invoice: { balanceCredited: { amountMinor: 4900 } },
    });
  });
});

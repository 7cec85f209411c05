/** Walks every cell of docs/subscription-states.md by asking the use cases themselves. */
import { cancelSubscription } from '@4geeks/billing/subscription/cancel-subscription';
import { changeSubscription } from '@4geeks/billing/subscription/change-subscription';
import { pauseSubscription } from '@4geeks/billing/subscription/pause-subscription';
import { renewSubscription } from '@4geeks/billing/subscription/renew-subscription';
import { resubscribe } from '@4geeks/billing/subscription/resubscribe';
import { resumeSubscription } from '@4geeks/billing/subscription/resume-subscription';
import {
  statuses,
  transitions,
  type Cell,
  type Transition,
} from '@4geeks/billing/subscription/transitions';
import { undoSubscriptionCancellation } from '@4geeks/billing/subscription/undo-subscription-cancellation';
import { undoSubscriptionChange } from '@4geeks/billing/subscription/undo-subscription-change';
import { describe, expect, it } from 'vitest';

import { testBilling } from '../testkit/billing.ts';
import { createStates } from '../testkit/states.ts';

const t = await testBilling();
const { merchant, subscriptionIn } = await createStates(
  { ...t, travel: (days) => t.travel({ days }) },
  t.seed,
);

const read = (id: string) => t.billing.database.subscription.findUniqueOrThrow({ where: { id } });

interface Asked {
  id: string;
  system: typeof merchant.system;
}

async function twoOf({ id }: Asked) {
  const item = await t.billing.database.subscriptionItem.findFirstOrThrow({
    where: { subscriptionId: id },
  });
  return [{ priceId: item.priceId, quantity: item.quantity + 1 }];
}

const ask: Partial<Record<Transition, (asked: Asked) => Promise<unknown>>> = {
  cancelAtPeriodEnd: ({ id, system }) =>
    cancelSubscription(t.billing, system, { subscriptionId: id }),
  cancelNow: ({ id, system }) =>
    cancelSubscription(t.billing, system, { subscriptionId: id, when: 'NOW' }),
  async undoCancellation({ id, system }) {
    const { status } = await read(id);
    if (status !== 'PAUSED' && status !== 'CANCELED') {
      await cancelSubscription(t.billing, system, { subscriptionId: id });
    }
    await undoSubscriptionCancellation(t.billing, system, { subscriptionId: id });
  },
  pause: ({ id, system }) => pauseSubscription(t.billing, system, { subscriptionId: id }),
  resume: ({ id, system }) => resumeSubscription(t.billing, system, { subscriptionId: id }),
  changeNow: async (asked) =>
    changeSubscription(t.billing, asked.system, {
      subscriptionId: asked.id,
      items: await twoOf(asked),
      when: 'NOW',
    }),
  changeAtPeriodEnd: async (asked) =>
    changeSubscription(t.billing, asked.system, {
      subscriptionId: asked.id,
      items: await twoOf(asked),
      when: 'PERIOD_END',
    }),
  async undoChange(asked) {
    const { merchantId } = asked.system;
    const [item] = await twoOf(asked);
    // By hand: a status that cannot plan a change may have been reached with one planned before.
    await t.billing.database.subscriptionScheduledItem.create({
      data: { ...item!, merchantId, subscriptionId: asked.id },
    });
    try {
      await undoSubscriptionChange(t.billing, asked.system, { subscriptionId: asked.id });
    } finally {
      await t.billing.database.subscriptionScheduledItem.deleteMany({
        where: { subscriptionId: asked.id },
      });
    }
  },
  resubscribe: ({ id, system }) => resubscribe(t.billing, system, { subscriptionId: id }),
};

describe.each(statuses)('%s', (status) => {
  it.each(Object.keys(ask) as Transition[])('%s', async (transition) => {
    const { subscriptionId: id } = await subscriptionIn(status);
    const before = await read(id);
    expect(before.status).toBe(status);
    const system = { kind: 'system', merchantId: before.merchantId } as const;
    const cell: Cell = transitions[transition][status];
    const asking = ask[transition]!({ id, system });
    if ('refused' in cell) {
      await expect(asking).rejects.toMatchObject({ code: cell.refused });
      expect(await read(id)).toEqual(before);
    } else {
      await asking;
      expect((await read(id)).status).toBe(cell.to);
    }
  });
});

it.each(statuses)('the sweep takes %s where the table says', async (status) => {
  const { customer, subscriptionId: id } = await subscriptionIn(status);
  const { merchantId, currentPeriodEnd } = await read(id);
  t.clock.set(currentPeriodEnd);
  const outcome = await renewSubscription(t.billing, { merchantId, subscriptionId: id });
  const cell: Cell = transitions.renew[status];
  // A status that refuses to renew is never found due.
  expect(outcome).toBe('refused' in cell ? 'passed' : 'renewed');
  expect((await read(id)).status).toBe('refused' in cell ? status : cell.to);
  await t.sweep();
  expect((await customer.subscriptions()).map((one) => one.id)).toContain(id);
});

it('a second time, and against each other, they say why not', async () => {
  const { subscriptionId: id } = await subscriptionIn('ACTIVE');
  const one = { subscriptionId: id };
  const { system } = merchant;
  await cancelSubscription(t.billing, system, one);
  const refusedAs = (asking: Promise<unknown>, code: string) =>
    expect(asking).rejects.toMatchObject({ code });
  await refusedAs(cancelSubscription(t.billing, system, one), 'ALREADY_CANCELING');
  await refusedAs(pauseSubscription(t.billing, system, one), 'ALREADY_CANCELING');
  await undoSubscriptionCancellation(t.billing, system, one);
  await refusedAs(undoSubscriptionCancellation(t.billing, system, one), 'NOT_CANCELING');
  await refusedAs(undoSubscriptionChange(t.billing, system, one), 'NO_CHANGE_PLANNED');
  t.clock.advance({ days: 31 });
  await refusedAs(pauseSubscription(t.billing, system, one), 'RENEWAL_DUE');
  await t.sweep();
});

import { expect, it } from 'vitest';

import { Subscription, type BusMessage } from './subscription.ts';

const event = (id: number): BusMessage => ({
  kind: 'event',
  event: {
    id: String(id),
    sequence: BigInt(id),
    merchantId: 'm',
    customerId: null,
    type: 'invoice.paid',
    objectType: 'invoice',
    objectId: 'i',
  },
});

it('hands over what was pushed, before and after somebody waits', async () => {
  const subscription = new Subscription(() => {});
  subscription.push(event(1));
  expect(await subscription.next()).toEqual({ value: event(1), done: false });
  const waiting = subscription.next();
  subscription.push(event(2));
  expect(await waiting).toEqual({ value: event(2), done: false });
});

it('collapses into one message when nobody takes them', async () => {
  const subscription = new Subscription(() => {});
  for (let id = 0; id < 65; id++) subscription.push(event(id));
  subscription.push(event(100));
  expect((await subscription.next()).value).toEqual({ kind: 'missed' });
  expect((await subscription.next()).value).toEqual(event(100));
});

it('ends once, whoever waits included', async () => {
  let ends = 0;
  const subscription = new Subscription(() => ends++);
  const waiting = subscription.next();
  await subscription.return();
  await subscription.return();
  expect((await waiting).done).toBe(true);
  expect((await subscription.next()).done).toBe(true);
  expect(ends).toBe(1);
});

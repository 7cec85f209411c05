/** Test clocks: the time of a sandbox merchant, moved by whoever tries billing out. */
import type { AccessRule } from '@4geeks/billing/access/rule';
import { requestTestClockAdvance } from '@4geeks/billing/test-clock/request-test-clock-advance';
import { startTestClock } from '@4geeks/billing/test-clock/start-test-clock';
import { testClockOf, type TestClock as Shape } from '@4geeks/billing/test-clock/test-clock';
import { z } from 'zod';
import { builder } from './builder.ts';
import { ConflictError, InvalidInputError } from './errors.ts';
import { liveEvents } from './live/live-events.ts';
import { Merchant, merchantAccess } from './merchant.ts';

const TestClock = builder.objectRef<Shape>('TestClock').implement({
  description:
    'The time that the billing of a sandbox merchant goes by. It stands still until it is advanced, and goes forward only.',
  access: 'inherits',
  fields: (t) => ({
    now: t.expose('now', { type: 'DateTime', description: 'What it shows.' }),
    target: t.expose('target', {
      type: 'DateTime',
      nullable: true,
      description: 'Where it is on its way to. Null while it stands.',
    }),
    isAdvancing: t.boolean({
      description:
        'Whether it is on its way. It has arrived when everything due until then is done, its jobs included.',
      resolve: ({ target }) => target !== null,
    }),
  }),
});

builder.prismaObjectFields(Merchant, (t) => ({
  testClock: t.field({
    type: TestClock,
    access: merchantAccess,
    nullable: true,
    description: 'Its test clock. Null where its billing goes by the wall clock.',
    select: { testClockNow: true, testClockTarget: true },
    resolve: (merchant) => testClockOf(merchant),
  }),
  billingTime: t.field({
    type: 'DateTime',
    access: merchantAccess,
    description: 'Now, for its billing: by its test clock, where it has one.',
    select: { testClockNow: true },
    resolve: ({ testClockNow }, _args, { billing }) => testClockNow ?? billing.clock.now(),
  }),
}));

const StartTestClockInput = builder.inputType('StartTestClockInput', {
  fields: (t) => ({
    at: t.field({
      type: 'DateTime',
      description:
        'Where it sets off for at once, at most two years ahead. Absent: it stands at now.',
    }),
  }),
});

const AdvanceTestClockInput = builder.inputType('AdvanceTestClockInput', {
  description: 'One of the two. At most two years ahead.',
  fields: (t) => ({
    to: t.field({ type: 'DateTime', description: 'The instant it is to show.' }),
    by: t.string({
      description:
        "How far, as an ISO 8601 duration by the calendar of the merchant's time zone: P1M, P14DT12H.",
      validate: z.string().max(100),
    }),
  }),
});

const mayWrite: AccessRule = { staff: 'merchant:write', apiKey: 'merchant:write' };

builder.mutationFields((t) => ({
  startTestClock: t.field({
    type: TestClock,
    nullable: true,
    access: mayWrite,
    description:
      'Gives a sandbox merchant a test clock, for good. Live merchants have none: NOT_A_SANDBOX.',
    errors: { types: [ConflictError, InvalidInputError] },
    args: { input: t.arg({ type: StartTestClockInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) => startTestClock(billing, viewer, input),
  }),
  advanceTestClock: t.field({
    type: TestClock,
    nullable: true,
    access: mayWrite,
    description:
      'Sets the test clock going. Everything due on the way is done in order, at its instant: renewals, collections, retries, mails. Ask `testClock` until it has arrived, or subscribe to it. To the instant it shows: does what is due by now.',
    errors: { types: [ConflictError, InvalidInputError] },
    args: { input: t.arg({ type: AdvanceTestClockInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      requestTestClockAdvance(billing, viewer, input),
  }),
}));

builder.subscriptionFields((t) => ({
  testClock: t.field({
    type: TestClock,
    nullable: true,
    access: merchantAccess,
    description:
      "The merchant's test clock, again after everything that happened, so that it is seen to move. Null while there is none.",
    subscribe: (_root, _args, { viewer, subscribe }) =>
      liveEvents(
        subscribe,
        'merchantId' in viewer ? [{ kind: 'merchant', merchantId: viewer.merchantId }] : [],
      ),
    resolve: async (_event, _args, { billing, viewer }) => {
      if (!('merchantId' in viewer)) return null;
      const merchant = await billing.database.merchant.findUnique({
        where: { id: viewer.merchantId },
      });
      return merchant && testClockOf(merchant);
    },
  }),
}));

/** Recovery figures: how much of what failed was paid in the end. */
import type { AccessRule } from '@4geeks/billing/access/rule';
import { readRecoveryGroups, recoverySpan } from '@4geeks/billing/invoice/read-recovery-figures';
import {
  recoveryRateBps,
  type RecoveryGroup,
  type RecoverySpan,
  type RecoveryTallies,
  type Tally,
} from '@4geeks/billing/invoice/recovery-figures';
import type { PaymentTrigger as Trigger } from '@4geeks/prisma';
import { builder } from './builder.ts';
import { Merchant } from './merchant.ts';
import { Money } from './money.ts';
import { PaymentTrigger } from './payment.ts';

const access: AccessRule = { staff: 'payments:read', apiKey: 'payments:read' };

const RecoveryTally = builder.objectRef<Tally>('RecoveryTally').implement({
  description: 'How many invoices, and how much they came to.',
  access: 'inherits',
  fields: (t) => ({
    count: t.exposeInt('count', { description: 'How many invoices.' }),
    amounts: t.expose('amounts', {
      type: [Money],
      description: 'What was due when they first failed, one entry a currency.',
    }),
  }),
});

const RecoveryTallies = builder.objectRef<RecoveryTallies>('RecoveryTallies').implement({
  description: 'Invoices whose collection failed: each is recovered, lost or open.',
  access: 'inherits',
  fields: (t) => ({
    failed: t.expose('failed', { type: RecoveryTally, description: 'All of them.' }),
    recovered: t.expose('recovered', { type: RecoveryTally, description: 'Paid in the end.' }),
    lost: t.expose('lost', { type: RecoveryTally, description: 'Given up.' }),
    open: t.expose('open', { type: RecoveryTally, description: 'Neither yet.' }),
    rateBps: t.int({
      nullable: true,
      description:
        'Recovered of failed, by count, in basis points: 10000 is all. Null when nothing failed.',
      resolve: recoveryRateBps,
    }),
  }),
});

const RecoveryByDeclineCode = builder.objectRef<RecoveryGroup>('RecoveryByDeclineCode').implement({
  description: 'Invoices that first failed for one reason.',
  access: 'inherits',
  fields: (t) => ({
    declineCode: t.exposeString('key', {
      description: 'Of the first failure; no_payment_method where there was nothing to charge.',
    }),
    tallies: t.field({
      type: RecoveryTallies,
      description: 'Of these.',
      resolve: (group) => group,
    }),
  }),
});

const RecoveryByAttempt = builder.objectRef<RecoveryGroup>('RecoveryByAttempt').implement({
  description: 'Invoices recovered by their n-th attempt.',
  access: 'inherits',
  fields: (t) => ({
    attemptNumber: t.int({
      description: 'Counted from 1, the one that failed first.',
      resolve: ({ key }) => Number(key),
    }),
    recovered: t.expose('recovered', { type: RecoveryTally, description: 'These.' }),
  }),
});

const RecoveryByTrigger = builder.objectRef<RecoveryGroup>('RecoveryByTrigger').implement({
  description: 'Invoices recovered by attempts of one kind.',
  access: 'inherits',
  fields: (t) => ({
    trigger: t.field({
      type: PaymentTrigger,
      description: 'What made the payment that succeeded.',
      resolve: ({ key }) => key as Trigger,
    }),
    recovered: t.expose('recovered', { type: RecoveryTally, description: 'These.' }),
  }),
});

const RecoveryByTime = builder.objectRef<RecoveryGroup>('RecoveryByTime').implement({
  description: 'Invoices that first failed within one day or week.',
  access: 'inherits',
  fields: (t) => ({
    startsAt: t.field({
      type: 'DateTime',
      description: "Its begin, in the merchant's time zone.",
      resolve: ({ key }) => new Date(key),
    }),
    tallies: t.field({
      type: RecoveryTallies,
      description: 'Of these.',
      resolve: (group) => group,
    }),
  }),
});

const RecoveryInterval = builder.enumType('RecoveryInterval', {
  description: 'Length of a step over time.',
  values: { DAY: { description: 'A day.' }, WEEK: { description: 'A week, from Monday.' } },
});

const RecoveryFigures = builder.objectRef<RecoverySpan>('RecoveryFigures').implement({
  description:
    'What became of the invoices that first failed within a span of time, as of now: figures of a past span still change.',
  access: 'inherits',
  fields: (t) => ({
    from: t.expose('from', { type: 'DateTime', description: 'Begin of the span.' }),
    to: t.expose('to', { type: 'DateTime', description: 'End of the span. Exclusive.' }),
    total: t.field({
      type: RecoveryTallies,
      description: 'Everything in one.',
      resolve: async (span, _args, { billing, viewer }) =>
        (await readRecoveryGroups(billing, viewer, span, 'NONE'))[0]!,
    }),
    byDeclineCode: t.field({
      type: [RecoveryByDeclineCode],
      description: 'By the reason of the first failure.',
      resolve: (span, _args, { billing, viewer }) =>
        readRecoveryGroups(billing, viewer, span, 'DECLINE_CODE'),
    }),
    byAttempt: t.field({
      type: [RecoveryByAttempt],
      description: 'What was recovered, by the attempt that did it.',
      resolve: (span, _args, { billing, viewer }) =>
        readRecoveryGroups(billing, viewer, span, 'ATTEMPT'),
    }),
    byTrigger: t.field({
      type: [RecoveryByTrigger],
      description: 'What was recovered, by the kind of attempt that did it.',
      resolve: (span, _args, { billing, viewer }) =>
        readRecoveryGroups(billing, viewer, span, 'TRIGGER'),
    }),
    overTime: t.field({
      type: [RecoveryByTime],
      description: 'By when they first failed, oldest first; days or weeks without are left out.',
      args: { interval: t.arg({ type: RecoveryInterval, description: 'Default DAY.' }) },
      resolve: (span, { interval }, { billing, viewer }) =>
        readRecoveryGroups(billing, viewer, span, interval ?? 'DAY'),
    }),
  }),
});

builder.prismaObjectFields(Merchant, (t) => ({
  recoveryFigures: t.field({
    type: RecoveryFigures,
    access,
    nullable: true,
    description: 'How much of what failed was paid in the end.',
    args: {
      from: t.arg({ type: 'DateTime', description: 'Default: 30 days before `to`.' }),
      to: t.arg({ type: 'DateTime', description: 'Exclusive. Default: now.' }),
    },
    resolve: ({ id: merchantId }, { from, to }, { billing }) =>
      recoverySpan(billing, { merchantId, from, to }),
  }),
}));

/** Beginning a subscription, and what that would come to. */
import type { AccessRule } from '@4geeks/billing/access/rule';
import { createSubscription } from '@4geeks/billing/subscription/create-subscription';
import {
  previewSubscription,
  type SubscriptionPreview,
} from '@4geeks/billing/subscription/preview-subscription';
import { z } from 'zod';
import { builder } from './builder.ts';
import { Customer } from './customer.ts';
import { ConflictError, InvalidInputError, NotFoundError } from './errors.ts';
import { Money } from './money.ts';
import { Subscription, SubscriptionStatus } from './subscription.ts';
import { chosenItems, SubscriptionItemInput } from './subscription-change.ts';

const mayRead: AccessRule = { staff: 'subscriptions:read', apiKey: 'subscriptions:read' };
const mayWrite: AccessRule = { staff: 'subscriptions:write', apiKey: 'subscriptions:write' };

const UntilAnchor = builder.enumType('UntilAnchor', {
  description: 'What the time until the first boundary of a billing anchor costs.',
  values: {
    PRORATED: { description: 'Its share of a period, to the second.' },
    FREE: { description: 'Nothing: it is a trial.' },
  } as const,
});

function startInput(name: string) {
  return builder.inputType(name, {
    fields: (t) => ({
      customerId: t.globalID({ for: Customer, required: true }),
      items: t.field({
        type: [SubscriptionItemInput],
        required: true,
        description: 'At least one; recurring prices of one currency and interval, each once.',
        validate: z.array(z.any()).max(50),
      }),
      trialDays: t.int({
        description: 'Days before the first charge, 0 to 730. Absent: the longest of the prices.',
      }),
      trialEnd: t.field({
        type: 'DateTime',
        description: 'Instead of days: when the trial ends. In the future.',
      }),
      billingAnchor: t.field({
        type: 'DateTime',
        description:
          'An instant that periods are counted from, before it too: at most one period ahead. Absent: from the first charge.',
      }),
      billingDay: t.int({
        description:
          'Instead of an anchor, for months and years: the day of the month, 1 to 31, on which periods begin. In a shorter month its last day.',
      }),
      billingMonth: t.int({ description: 'With a day, for years: the month, 1 to 12.' }),
      untilAnchor: t.field({ type: UntilAnchor, description: 'Default PRORATED.' }),
      couponCode: t.string({
        description: 'Of a coupon that reduces it from its first invoice on.',
      }),
    }),
  });
}

const CreateSubscriptionInput = startInput('CreateSubscriptionInput');
const SubscriptionPreviewInput = startInput('SubscriptionPreviewInput');

function startOf({ customerId, items, ...options }: typeof CreateSubscriptionInput.$inferInput) {
  return { ...options, customerId: customerId.id, items: chosenItems(items) };
}

const PreviewedLine = builder
  .objectRef<SubscriptionPreview['lines'][number] & { currency: string }>('PreviewedLine')
  .implement({
    description: 'A line of an invoice that would be issued.',
    access: 'inherits',
    fields: (t) => ({
      description: t.exposeString('description', {
        description: 'In the language of the invoice.',
      }),
      quantity: t.exposeInt('quantity', { description: 'How many.' }),
      unitAmount: t.field({
        type: Money,
        description: 'Price of one for a whole period.',
        resolve: ({ unitAmountMinor, currency }) => ({
          amountMinor: BigInt(unitAmountMinor),
          currency,
        }),
      }),
      amount: t.field({
        type: Money,
        description:
          'What is billed, before discounts and added tax: less than the price for a part of a period.',
        resolve: ({ amountMinor, currency }) => ({ amountMinor, currency }),
      }),
      discount: t.field({
        type: Money,
        description: 'Taken off it by the coupon.',
        resolve: ({ discountMinor, currency }) => ({ amountMinor: discountMinor, currency }),
      }),
      tax: t.field({
        type: Money,
        description: 'Tax on what is left, added or contained.',
        resolve: ({ taxMinor, currency }) => ({ amountMinor: taxMinor, currency }),
      }),
    }),
  });

const Preview = builder.objectRef<SubscriptionPreview>('SubscriptionPreview').implement({
  description: 'What a subscription would come to, were it begun this second. Begins nothing.',
  access: 'inherits',
  fields: (t) => ({
    status: t.expose('status', { type: SubscriptionStatus, description: 'How it would begin.' }),
    trialEnd: t.expose('trialEnd', {
      type: 'DateTime',
      nullable: true,
      description: 'When its trial would end. Null without one.',
    }),
    firstInvoiceAt: t.field({
      type: 'DateTime',
      description: 'When the first invoice would be issued and collected.',
      resolve: ({ firstPeriod }) => firstPeriod.start,
    }),
    firstPeriodEnd: t.field({
      type: 'DateTime',
      description: 'Until when it would bill. Exclusive.',
      resolve: ({ firstPeriod }) => firstPeriod.end,
    }),
    lines: t.field({
      type: [PreviewedLine],
      description: 'Lines of the first invoice.',
      resolve: ({ lines, currency }) => lines.map((line) => ({ ...line, currency })),
    }),
    subtotal: t.field({
      type: Money,
      description: 'Sum of the lines, before discounts and added tax.',
      resolve: ({ subtotalMinor, currency }) => ({ amountMinor: subtotalMinor, currency }),
    }),
    discount: t.field({
      type: Money,
      description: 'What the coupon takes off.',
      resolve: ({ discountMinor, currency }) => ({ amountMinor: discountMinor, currency }),
    }),
    tax: t.field({
      type: Money,
      description: 'All tax, added and contained.',
      resolve: ({ taxMinor, currency }) => ({ amountMinor: taxMinor, currency }),
    }),
    total: t.field({
      type: Money,
      description: 'What the first invoice comes to.',
      resolve: ({ totalMinor, currency }) => ({ amountMinor: totalMinor, currency }),
    }),
    balanceApplied: t.field({
      type: Money,
      description: "What it would take from the customer's balance as it is now.",
      resolve: ({ balanceAppliedMinor, currency }) => ({
        amountMinor: balanceAppliedMinor,
        currency,
      }),
    }),
    periodAmount: t.field({
      type: Money,
      description: 'What every whole period would cost, before discounts and added tax.',
      resolve: ({ periodAmountMinor, currency }) => ({ amountMinor: periodAmountMinor, currency }),
    }),
  }),
});

const errors = { types: [NotFoundError, ConflictError, InvalidInputError] };

builder.queryFields((t) => ({
  subscriptionPreview: t.field({
    type: Preview,
    nullable: true,
    access: mayRead,
    description: 'What `createSubscription` would come to; show it before it is confirmed.',
    errors,
    args: { input: t.arg({ type: SubscriptionPreviewInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      previewSubscription(billing, viewer, startOf(input)),
  }),
}));

builder.mutationFields((t) => ({
  createSubscription: t.field({
    type: Subscription,
    nullable: true,
    access: mayWrite,
    description:
      'Begins a subscription now. Without a trial its first invoice is issued and collected at once; with one when that ends.',
    errors,
    args: { input: t.arg({ type: CreateSubscriptionInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      createSubscription(billing, viewer, startOf(input)),
  }),
}));

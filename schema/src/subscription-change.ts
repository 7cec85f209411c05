/** What staff and integrators do to a subscription: change, pause, resume, take up again. */
import type { AccessRule } from '@4geeks/billing/access/rule';
import { changeSubscription } from '@4geeks/billing/subscription/change-subscription';
import { pauseSubscription } from '@4geeks/billing/subscription/pause-subscription';
import type { PlannedSubscriptionChange } from '@4geeks/billing/subscription/plan-subscription-change';
import { previewSubscriptionChange } from '@4geeks/billing/subscription/preview-subscription-change';
import { resubscribe } from '@4geeks/billing/subscription/resubscribe';
import { resumeSubscription } from '@4geeks/billing/subscription/resume-subscription';
import { undoSubscriptionChange } from '@4geeks/billing/subscription/undo-subscription-change';
import { z } from 'zod';
import { builder } from './builder.ts';
import { ConflictError, InvalidInputError, NotFoundError } from './errors.ts';
import { Money } from './money.ts';
import { Subscription } from './subscription.ts';

const mayRead: AccessRule = { staff: 'subscriptions:read', apiKey: 'subscriptions:read' };
const mayWrite: AccessRule = { staff: 'subscriptions:write', apiKey: 'subscriptions:write' };

export const ChangeAt = builder.enumType('ChangeAt', {
  description: 'When the items of a subscription change.',
  values: {
    NOW: {
      description:
        'At once, prorated to the second: the unused time of what goes is credited, the remaining time of what comes is charged. To prices of another interval: all unused time is credited, and a whole period of the new interval begins and is charged; a trial keeps its end.',
    },
    PERIOD_END: {
      description:
        'With the next period, by the interval of the new prices. Can be undone until then.',
    },
  } as const,
});

const mostItems = z.array(z.any()).max(50);

export const SubscriptionItemInput = builder.inputType('SubscriptionItemInput', {
  description: 'A price and how many of it.',
  fields: (t) => ({
    priceId: t.globalID({
      required: true,
      description:
        'A recurring price, in the currency of the subscription and of one interval with the others.',
    }),
    quantity: t.int({ description: 'Default 1.' }),
  }),
});

const ChangeSubscriptionInput = builder.inputType('ChangeSubscriptionInput', {
  fields: (t) => ({
    subscriptionId: t.globalID({ for: Subscription, required: true }),
    items: t.field({
      type: [SubscriptionItemInput],
      required: true,
      description: 'All items from then on, each price once: what is not named goes.',
      validate: mostItems,
    }),
    when: t.field({
      type: ChangeAt,
      required: true,
      description: 'At once, or with the next period.',
    }),
  }),
});

const SubscriptionChangePreviewInput = builder.inputType('SubscriptionChangePreviewInput', {
  fields: (t) => ({
    subscriptionId: t.globalID({ for: Subscription, required: true }),
    items: t.field({
      type: [SubscriptionItemInput],
      required: true,
      description: 'All items from then on, each price once: what is not named goes.',
      validate: mostItems,
    }),
    when: t.field({
      type: ChangeAt,
      required: true,
      description: 'At once, or with the next period.',
    }),
  }),
});

const PauseSubscriptionInput = builder.inputType('PauseSubscriptionInput', {
  fields: (t) => ({
    subscriptionId: t.globalID({ for: Subscription, required: true }),
    resumesAt: t.field({
      type: 'DateTime',
      description: 'When it goes on by itself. Absent: when it is resumed.',
    }),
  }),
});

const ResumeSubscriptionInput = builder.inputType('ResumeSubscriptionInput', {
  fields: (t) => ({ subscriptionId: t.globalID({ for: Subscription, required: true }) }),
});

const ResubscribeInput = builder.inputType('ResubscribeInput', {
  fields: (t) => ({ subscriptionId: t.globalID({ for: Subscription, required: true }) }),
});

const UndoSubscriptionChangeInput = builder.inputType('UndoSubscriptionChangeInput', {
  fields: (t) => ({ subscriptionId: t.globalID({ for: Subscription, required: true }) }),
});

function changeOf(input: typeof ChangeSubscriptionInput.$inferInput) {
  return {
    subscriptionId: input.subscriptionId.id,
    when: input.when,
    items: chosenItems(input.items),
  };
}

export function chosenItems(items: readonly (typeof SubscriptionItemInput.$inferInput)[]) {
  return items.map(({ priceId, quantity }) => {
    if (priceId.typename !== 'Price') throw new NotFoundError('price');
    return { priceId: priceId.id, quantity: quantity ?? 1 };
  });
}

const ProrationLine = builder
  .objectRef<PlannedSubscriptionChange['lines'][number] & { currency: string }>('ProrationLine')
  .implement({
    description:
      'A credit or charge for a part of the period; or the charge for a whole one that begins at once.',
    access: 'inherits',
    fields: (t) => ({
      description: t.exposeString('description', {
        description: 'In the language of the invoice.',
      }),
      quantity: t.exposeInt('quantity', { description: 'How many.' }),
      amount: t.field({
        type: Money,
        description: 'Before discounts and added tax. Negative: credited.',
        resolve: ({ amountMinor, currency }) => ({ amountMinor, currency }),
      }),
      discount: t.field({
        type: Money,
        description: 'Taken off it; of a credit, what had been taken off.',
        resolve: ({ discountMinor, currency }) => ({ amountMinor: discountMinor, currency }),
      }),
      tax: t.field({
        type: Money,
        description: 'Tax on what is left, added or contained.',
        resolve: ({ taxMinor, currency }) => ({ amountMinor: taxMinor, currency }),
      }),
    }),
  });

export const SubscriptionChangePreview = builder
  .objectRef<PlannedSubscriptionChange>('SubscriptionChangePreview')
  .implement({
    description: 'What a change would come to, were it confirmed this second. Changes nothing.',
    access: 'inherits',
    fields: (t) => ({
      effectiveAt: t.expose('effectiveAt', {
        type: 'DateTime',
        description: 'When the new items begin.',
      }),
      lines: t.field({
        type: [ProrationLine],
        description:
          'Credits for what goes, then charges for what comes: for the rest of the period, or for a whole one where the interval changes. None in a trial, or at the end of the period.',
        resolve: ({ lines, subscription: { currency } }) =>
          lines.map((line) => ({ ...line, currency })),
      }),
      net: t.field({
        type: Money,
        description:
          'What the lines come to with discounts and tax; negative where more is credited than charged. It is `amountDue` and `balanceApplied`, less `credited`.',
        resolve: ({ netMinor, subscription: { currency } }) => ({
          amountMinor: netMinor,
          currency,
        }),
      }),
      discount: t.field({
        type: Money,
        description: 'Taken off by discounts; negative where more of them is given back.',
        resolve: ({ totals: { discountMinor }, subscription: { currency } }) => ({
          amountMinor: discountMinor,
          currency,
        }),
      }),
      tax: t.field({
        type: Money,
        description: 'All tax, added and contained; negative where more is given back.',
        resolve: ({ totals: { taxMinor }, subscription: { currency } }) => ({
          amountMinor: taxMinor,
          currency,
        }),
      }),
      addedTax: t.field({
        type: Money,
        description: 'Of the tax, what comes on top of the prices; the rest they contain.',
        resolve: ({
          totals: { subtotalMinor, discountMinor, totalMinor },
          subscription: { currency },
        }) => ({ amountMinor: totalMinor - subtotalMinor + discountMinor, currency }),
      }),
      balanceApplied: t.field({
        type: Money,
        description: "Taken from the customer's balance, what is credited now included.",
        resolve: ({ balanceAppliedMinor, subscription: { currency } }) => ({
          amountMinor: balanceAppliedMinor,
          currency,
        }),
      }),
      amountDue: t.field({
        type: Money,
        description: 'Charged at once.',
        resolve: ({ dueMinor, subscription: { currency } }) => ({
          amountMinor: dueMinor,
          currency,
        }),
      }),
      credited: t.field({
        type: Money,
        description:
          "Goes to the customer's balance: for the next invoices, or for the one that is charged at once where the interval changes.",
        resolve: ({ creditedMinor, subscription: { currency } }) => ({
          amountMinor: creditedMinor,
          currency,
        }),
      }),
      periodAmount: t.field({
        type: Money,
        description: 'What every whole period costs from then on, before discounts and added tax.',
        resolve: ({ periodAmountMinor, subscription: { currency } }) => ({
          amountMinor: periodAmountMinor,
          currency,
        }),
      }),
      nextPeriodStart: t.expose('nextPeriodStart', {
        type: 'DateTime',
        description: 'When the next period begins, and is charged.',
      }),
      nextPeriodTotal: t.field({
        type: Money,
        description: 'What the next whole period will cost, with discounts and tax as they stand.',
        resolve: ({ nextPeriodTotalMinor, subscription: { currency } }) => ({
          amountMinor: nextPeriodTotalMinor,
          currency,
        }),
      }),
    }),
  });

builder.queryFields((t) => ({
  subscriptionChangePreview: t.field({
    type: SubscriptionChangePreview,
    nullable: true,
    access: mayRead,
    description: 'What `changeSubscription` would come to; show it before it is confirmed.',
    errors: { types: [NotFoundError, ConflictError, InvalidInputError] },
    args: { input: t.arg({ type: SubscriptionChangePreviewInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      previewSubscriptionChange(billing, viewer, changeOf(input)),
  }),
}));

builder.mutationFields((t) => ({
  changeSubscription: t.field({
    type: Subscription,
    nullable: true,
    access: mayWrite,
    description:
      'Changes plan, quantity or interval. NOW invoices the difference and collects it at once, or credits it to the balance; with another interval a new period begins and is invoiced. PERIOD_END plans it for the next period.',
    errors: { types: [NotFoundError, ConflictError, InvalidInputError] },
    args: { input: t.arg({ type: ChangeSubscriptionInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      changeSubscription(billing, viewer, changeOf(input)),
  }),
  undoSubscriptionChange: t.field({
    type: Subscription,
    nullable: true,
    access: { ...mayWrite, portal: 'PLAN_OFFER' },
    description:
      'Forgets the change planned for the end of the period. Customers: one to a plan that their session has on offer.',
    errors: { types: [NotFoundError, ConflictError] },
    args: { input: t.arg({ type: UndoSubscriptionChangeInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      undoSubscriptionChange(billing, viewer, { subscriptionId: input.subscriptionId.id }),
  }),
  pauseSubscription: t.field({
    type: Subscription,
    nullable: true,
    access: mayWrite,
    description:
      'Stops it until it is resumed: nothing is billed, what is open stays open, retries stop. The rest of the period is not given back.',
    errors: { types: [NotFoundError, ConflictError, InvalidInputError] },
    args: { input: t.arg({ type: PauseSubscriptionInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      pauseSubscription(billing, viewer, {
        subscriptionId: input.subscriptionId.id,
        resumesAt: input.resumesAt,
      }),
  }),
  resumeSubscription: t.field({
    type: Subscription,
    nullable: true,
    access: mayWrite,
    description: 'Ends a pause: a new period begins now and is billed at once.',
    errors: { types: [NotFoundError, ConflictError] },
    args: { input: t.arg({ type: ResumeSubscriptionInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      resumeSubscription(billing, viewer, { subscriptionId: input.subscriptionId.id }),
  }),
  resubscribe: t.field({
    type: Subscription,
    nullable: true,
    access: mayWrite,
    description:
      'Takes up an ended subscription: a new one with the same items begins now and is billed at once.',
    errors: { types: [NotFoundError, ConflictError] },
    args: { input: t.arg({ type: ResubscribeInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      resubscribe(billing, viewer, { subscriptionId: input.subscriptionId.id }),
  }),
}));

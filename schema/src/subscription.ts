/** Subscriptions: what a customer pays for, period by period. */
import type { AccessRule } from '@4geeks/billing/access/rule';
import { invoiceDocumentsVisibleTo, invoicesVisibleTo } from '@4geeks/billing/invoice/access';
import { subscriptionsVisibleTo } from '@4geeks/billing/subscription/access';
import { cancelSubscription } from '@4geeks/billing/subscription/cancel-subscription';
import { undoSubscriptionCancellation } from '@4geeks/billing/subscription/undo-subscription-cancellation';
import {
  type BillingInterval as intervals,
  type CancellationReason as reasons,
  type SubscriptionStatus as statuses,
} from '@4geeks/prisma';
import { encodeGlobalID } from '@pothos/plugin-relay';
import { z } from 'zod';
import { addNode } from './access/noun.ts';
import { builder } from './builder.ts';
import { described } from './described.ts';
import { Customer, customerAccess } from './customer.ts';
import { ConflictError, NotFoundError } from './errors.ts';
import { Invoice, invoiceAccess } from './invoice.ts';
import { createdArguments, orderByCreated, whereCreated } from './list-arguments.ts';
import { Money } from './money.ts';

export const subscriptionAccess: AccessRule = {
  staff: 'subscriptions:read',
  apiKey: 'subscriptions:read',
  portal: true,
};
const access = subscriptionAccess;

export const SubscriptionStatus = builder.enumType('SubscriptionStatus', {
  description: 'The life of a subscription.',
  values: described<statuses>({
    TRIALING: 'In its trial. The first invoice comes when the trial ends.',
    ACTIVE: 'Billed every period; nothing is past due.',
    PAST_DUE: 'Billed every period; an invoice could not be collected.',
    UNPAID: 'Retries are used up. Not billed until what is open is paid.',
    PAUSED: 'No period runs and none is billed, until it is resumed.',
    CANCELED: 'Ended for good.',
  }),
});
export const BillingInterval = builder.enumType('BillingInterval', {
  description: 'Unit of a billing period.',
  values: described<intervals>({
    DAY: 'Days.',
    WEEK: 'Weeks.',
    MONTH: 'Months by the calendar; in a shorter month the last day.',
    YEAR: 'Years by the calendar.',
  }),
});
const CancellationReason = builder.enumType('CancellationReason', {
  description: 'Why a customer leaves.',
  values: described<reasons>({
    TOO_EXPENSIVE: 'It costs too much.',
    MISSING_FEATURES: 'It lacks something.',
    SWITCHED_SERVICE: 'Another one is used now.',
    UNUSED: 'It is not used enough.',
    CUSTOMER_SERVICE: 'The service to customers was not good enough.',
    TOO_COMPLEX: 'It is too hard to use.',
    LOW_QUALITY: 'It is not good enough.',
    OTHER: 'Something else; see the comment.',
  }),
});

const selectProductName = {
  price: {
    select: {
      product: { select: { name: true, translations: { select: { locale: true, name: true } } } },
    },
  },
} as const;

function productNameIn(
  product: { name: string; translations: readonly { locale: string; name: string }[] },
  locale: string,
): string {
  return product.translations.find((text) => text.locale === locale)?.name ?? product.name;
}

export const Subscription = builder.prismaObject('Subscription', {
  select: { id: true },
  description: 'What a customer pays for, period by period.',
  access,
});

addNode(Subscription, { model: 'subscription', access, visibleTo: subscriptionsVisibleTo });

builder.prismaObjectFields(Subscription, (t) => ({
  status: t.expose('status', { type: SubscriptionStatus, access, description: 'Where it stands.' }),
  customer: t.relation('customer', {
    access: customerAccess,
    nullable: true,
    description: 'Who pays.',
  }),
  items: t.relation('items', {
    access,
    description: 'What is bought, in the order it was added.',
    query: { orderBy: { id: 'asc' } },
  }),
  amount: t.field({
    type: Money,
    access,
    description: 'Sum of the items for one period, before tax.',
    select: {
      currency: true,
      items: { select: { quantity: true, price: { select: { unitAmountMinor: true } } } },
    },
    resolve: ({ items, currency }) => ({
      currency,
      amountMinor: items.reduce(
        (sum, { quantity, price }) => sum + BigInt(quantity) * price.unitAmountMinor,
        0n,
      ),
    }),
  }),
  interval: t.expose('interval', {
    type: BillingInterval,
    access,
    description: 'Unit of a billing period.',
  }),
  intervalCount: t.exposeInt('intervalCount', { access, description: 'Units in one period.' }),
  billingAnchor: t.expose('billingAnchor', {
    type: 'DateTime',
    access,
    description: 'What the boundaries of its periods are counted from, forth and back.',
  }),
  currentPeriodStart: t.expose('currentPeriodStart', {
    type: 'DateTime',
    access,
    description: 'Begin of the period paid for now. Inclusive.',
  }),
  currentPeriodEnd: t.expose('currentPeriodEnd', {
    type: 'DateTime',
    access,
    description: 'End of the period. Exclusive.',
  }),
  trialEnd: t.expose('trialEnd', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'When the trial ends or ended.',
  }),
  nextRenewalAt: t.expose('nextRenewalAt', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'When the next period is billed. Null when none will be.',
  }),
  cancelAtPeriodEnd: t.exposeBoolean('cancelAtPeriodEnd', {
    access,
    description: 'Whether it ends with the current period. Can be undone until then.',
  }),
  canceledAt: t.expose('canceledAt', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'When cancelling was asked for.',
  }),
  cancellationReason: t.expose('cancellationReason', {
    type: CancellationReason,
    access,
    nullable: true,
    description: 'The reason given.',
  }),
  cancellationComment: t.exposeString('cancellationComment', {
    access,
    nullable: true,
    description: 'What was said about the reason, in the words of whoever cancelled.',
  }),
  endedAt: t.expose('endedAt', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'When it ended for good.',
  }),
  pausedAt: t.expose('pausedAt', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'Since when it is paused. Null when it is not.',
  }),
  resumesAt: t.expose('resumesAt', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'When its pause ends by itself. Null when somebody has to resume it.',
  }),
  scheduledItems: t.relation('scheduledItems', {
    access,
    description:
      'All items from the end of the current period on, where a change is planned; none: the items stay.',
    query: { orderBy: [{ createdAt: 'asc' }, { priceId: 'asc' }] },
  }),
  previousSubscription: t.relation('previousSubscription', {
    access,
    nullable: true,
    description: 'The ended one that this one takes up.',
  }),
  createdAt: t.expose('createdAt', { type: 'DateTime', access, description: 'When it began.' }),
  latestInvoice: t.field({
    type: Invoice,
    access: invoiceAccess,
    nullable: true,
    description:
      'The newest finalized invoice. In the portal, with neither VIEW_PAYMENT_HISTORY nor DOWNLOAD_INVOICES, the newest open one.',
    select: (_args, { viewer }, nested) => ({
      invoices: nested({
        where: {
          status: { not: 'DRAFT' },
          OR: [invoicesVisibleTo(viewer), invoiceDocumentsVisibleTo(viewer)],
        },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: 1,
      }),
    }),
    resolve: ({ invoices }) => invoices[0] ?? null,
  }),
}));

builder.prismaObject('SubscriptionScheduledItem', {
  description: 'An item that a subscription is to have at the end of its period.',
  access: 'inherits',
  fields: (t) => ({
    productName: t.string({
      description: 'In the language of the viewer where the merchant translated it.',
      select: selectProductName,
      resolve: ({ price: { product } }, _args, { locale }) => productNameIn(product, locale),
    }),
    priceId: t.id({
      description: 'Global id of the price.',
      resolve: ({ priceId }) => encodeGlobalID('Price', priceId),
    }),
    quantity: t.exposeInt('quantity', { description: 'How many.' }),
    unitAmount: t.field({
      type: Money,
      description: 'Price of one for one period, before tax.',
      select: { price: { select: { unitAmountMinor: true, currency: true } } },
      resolve: ({ price }) => ({ amountMinor: price.unitAmountMinor, currency: price.currency }),
    }),
    interval: t.field({
      type: BillingInterval,
      nullable: true,
      description: 'Unit of a billing period from then on. The same for all items.',
      select: { price: { select: { interval: true } } },
      resolve: ({ price }) => price.interval,
    }),
    intervalCount: t.int({
      nullable: true,
      description: 'Units in one period.',
      select: { price: { select: { intervalCount: true } } },
      resolve: ({ price }) => price.intervalCount,
    }),
  }),
});

export const SubscriptionItem = builder.prismaObject('SubscriptionItem', {
  description: 'One price within a subscription.',
  access,
});

addNode(SubscriptionItem, {
  model: 'subscriptionItem',
  access,
  visibleTo: (viewer) => ({ subscription: subscriptionsVisibleTo(viewer) }),
});

builder.prismaObjectFields(SubscriptionItem, (t) => ({
  productName: t.string({
    access,
    description: 'In the language of the viewer where the merchant translated it.',
    select: selectProductName,
    resolve: ({ price: { product } }, _args, { locale }) => productNameIn(product, locale),
  }),
  priceId: t.id({
    access,
    description: 'Global id of the price: what `changeSubscription` names it by.',
    resolve: ({ priceId }) => encodeGlobalID('Price', priceId),
  }),
  quantity: t.exposeInt('quantity', { access, description: 'How many.' }),
  unitAmount: t.field({
    type: Money,
    access,
    description: 'Price of one for one period, before tax.',
    select: { price: { select: { unitAmountMinor: true, currency: true } } },
    resolve: ({ price }) => ({ amountMinor: price.unitAmountMinor, currency: price.currency }),
  }),
}));

builder.queryFields((t) => ({
  subscriptions: t.prismaConnection({
    type: Subscription,
    cursor: 'id',
    nullable: true,
    access: { staff: 'subscriptions:read', apiKey: 'subscriptions:read' },
    description: "The merchant's subscriptions.",
    args: {
      ...createdArguments,
      status: t.arg({ type: SubscriptionStatus, description: 'Only those that stand so.' }),
      customerId: t.arg.globalID({ for: Customer, description: 'Only those of this customer.' }),
    },
    totalCount: (_root, args, { billing, viewer }) =>
      billing.database.subscription.count({
        where: { AND: [...whereSubscriptions(args), subscriptionsVisibleTo(viewer)] },
      }),
    resolve: (query, _root, args, { billing, viewer }) =>
      billing.database.subscription.findMany({
        ...query,
        where: { AND: [...whereSubscriptions(args), subscriptionsVisibleTo(viewer)] },
        orderBy: orderByCreated(args),
      }),
  }),
}));

type SubscriptionArguments = Parameters<typeof whereCreated>[0] & {
  status?: typeof SubscriptionStatus.$inferType | null;
  customerId?: { id: string } | null;
};

function whereSubscriptions({ status, customerId, ...created }: SubscriptionArguments) {
  return [
    whereCreated(created),
    status ? { status } : {},
    customerId ? { customerId: customerId.id } : {},
  ];
}

const mayCancel: AccessRule = {
  staff: 'subscriptions:write',
  apiKey: 'subscriptions:write',
  portal: 'CANCEL_SUBSCRIPTION',
};

const CancelAt = builder.enumType('CancelAt', {
  description: 'When a subscription ends.',
  values: {
    PERIOD_END: { description: 'With the current period; can be undone until then.' },
    NOW: { description: 'At once and for good. Nothing is given back. Not for customers.' },
  } as const,
});

const CancelSubscriptionInput = builder.inputType('CancelSubscriptionInput', {
  fields: (t) => ({
    subscriptionId: t.globalID({ for: Subscription, required: true }),
    when: t.field({ type: CancelAt, description: 'Default PERIOD_END.' }),
    reason: t.field({ type: CancellationReason, description: 'Why, if they said so.' }),
    comment: t.string({
      description: 'In the words of the customer.',
      validate: z.string().max(1000),
    }),
  }),
});

const UndoSubscriptionCancellationInput = builder.inputType('UndoSubscriptionCancellationInput', {
  fields: (t) => ({ subscriptionId: t.globalID({ for: Subscription, required: true }) }),
});

builder.mutationFields((t) => ({
  cancelSubscription: t.field({
    type: Subscription,
    nullable: true,
    access: mayCancel,
    description:
      'Ends it with the current period, or now. Retries of its invoices stop at once. A paused one has no period to end with and ends now.',
    errors: { types: [NotFoundError, ConflictError] },
    args: { input: t.arg({ type: CancelSubscriptionInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      cancelSubscription(billing, viewer, {
        subscriptionId: input.subscriptionId.id,
        when: input.when ?? undefined,
        reason: input.reason,
        comment: input.comment,
      }),
  }),
  undoSubscriptionCancellation: t.field({
    type: Subscription,
    nullable: true,
    access: mayCancel,
    description: 'Takes a cancellation back, until the period ends.',
    errors: { types: [NotFoundError, ConflictError] },
    args: { input: t.arg({ type: UndoSubscriptionCancellationInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      undoSubscriptionCancellation(billing, viewer, { subscriptionId: input.subscriptionId.id }),
  }),
}));

/** Changing the plan in the portal: within a session that was made with prices on offer. */
import type { AccessRule } from '@4geeks/billing/access/rule';
import { changePlan, type ChangedPlan } from '@4geeks/billing/plan-offer/change-plan';
import {
  previewPlanChange,
  type PlanChangePreview as PreviewShape,
} from '@4geeks/billing/plan-offer/preview-plan-change';
import {
  readPlanOffer,
  type OfferedPlan as PlanShape,
  type ShownPlanOffer,
} from '@4geeks/billing/plan-offer/read-plan-offer';
import { encodeGlobalID } from '@pothos/plugin-relay';
import { z } from 'zod';
import { builder } from './builder.ts';
import { ConflictError, InvalidInputError, NotFoundError } from './errors.ts';
import { Invoice, invoiceAccess } from './invoice.ts';
import { Money } from './money.ts';
import { PaymentMethod, paymentMethodAccess } from './payment-method.ts';
import { Price } from './product.ts';
import { ChangeAt, SubscriptionChangePreview } from './subscription-change.ts';
import { BillingInterval, Subscription, subscriptionAccess } from './subscription.ts';
import { Viewer } from './viewer.ts';

const mayChange: AccessRule = { portal: 'PLAN_OFFER' };

type Product = PlanShape['price']['product'];

/** In this language where the merchant translated it. */
function textIn(product: Product, locale: string): { name: string; description: string } {
  return product.translations.find((text) => text.locale === locale) ?? product;
}

const PlanStanding = builder.enumType('PlanStanding', {
  description: 'What an offered plan is to the subscription.',
  values: {
    CURRENT: { description: 'The plan it has.' },
    PLANNED: { description: 'Chosen already: it begins with the next period.' },
    OFFERED: { description: 'To be chosen.' },
  } as const,
});

const OfferedPlan = builder.objectRef<PlanShape>('OfferedPlan').implement({
  description: 'A price on offer.',
  access: 'inherits',
  fields: (t) => ({
    priceId: t.id({
      description: 'Global id of the price: what `changePlan` names it by.',
      resolve: ({ price }) => encodeGlobalID('Price', price.id),
    }),
    productName: t.string({
      description: 'In the language of the viewer where the merchant translated it.',
      resolve: ({ price: { product } }, _args, { locale }) => textIn(product, locale).name,
    }),
    productDescription: t.string({
      description: 'What it is, in the language of the viewer where translated. May be empty.',
      resolve: ({ price: { product } }, _args, { locale }) => textIn(product, locale).description,
    }),
    quantity: t.exposeInt('quantity', { description: 'How many: as many as there are now.' }),
    unitAmount: t.field({
      type: Money,
      description: 'Price of one for one period, before tax.',
      resolve: ({ price }) => ({ amountMinor: price.unitAmountMinor, currency: price.currency }),
    }),
    amount: t.field({
      type: Money,
      description: 'Price of all for one period, before discounts and added tax.',
      resolve: ({ price: { unitAmountMinor, currency }, quantity }) => ({
        amountMinor: unitAmountMinor * BigInt(quantity),
        currency,
      }),
    }),
    interval: t.field({
      type: BillingInterval,
      nullable: true,
      description: 'Unit of a billing period. The subscription may have another one.',
      resolve: ({ price }) => price.interval,
    }),
    intervalCount: t.int({
      nullable: true,
      description: 'Units in one period.',
      resolve: ({ price }) => price.intervalCount,
    }),
    standing: t.expose('standing', {
      type: PlanStanding,
      description: 'What it is to the subscription.',
    }),
    when: t.expose('when', {
      type: ChangeAt,
      nullable: true,
      description:
        'When it would begin: NOW where it costs more than the present plan, for a period that is not shorter. Null where it is that, or planned.',
    }),
  }),
});

const PlanOffer = builder.objectRef<ShownPlanOffer>('PlanOffer').implement({
  description: 'What a portal session lets its customer change one subscription to.',
  access: 'inherits',
  fields: (t) => ({
    subscription: t.prismaField({
      type: Subscription,
      nullable: true,
      access: subscriptionAccess,
      description: 'The one whose plan may be changed.',
      resolve: (query, { subscriptionId }, _args, { billing }) =>
        billing.database.subscription.findUnique({ ...query, where: { id: subscriptionId } }),
    }),
    refusal: t.exposeString('refusal', {
      nullable: true,
      description:
        'Code that every change would be refused with, as the subscription stands (SUBSCRIPTION_ENDED, ALREADY_CANCELING); null: none.',
    }),
    plans: t.expose('plans', {
      type: [OfferedPlan],
      description: 'Those that are still sold, in the order of the offer. None while refused.',
    }),
  }),
});

builder.objectField(Viewer, 'planOffer', (t) =>
  t.field({
    type: PlanOffer,
    nullable: true,
    description:
      'The plans that this portal session has on offer. Null for sessions without, and for others.',
    resolve: (viewer, _args, { billing }) =>
      viewer.kind === 'customer' ? readPlanOffer(billing, viewer) : null,
  }),
);

const PlanChangePreview = builder.objectRef<PreviewShape>('PlanChangePreview').implement({
  description: 'What another plan comes to, for a customer to confirm. Changes nothing.',
  access: 'inherits',
  fields: (t) => ({
    quote: t.exposeString('quote', {
      description:
        'For `changePlan`: that these figures are confirmed. Good for this session, and for 15 minutes, while nothing changes.',
    }),
    when: t.expose('when', {
      type: ChangeAt,
      description:
        'NOW where it costs more, for a period that is not shorter; else with the next period.',
    }),
    change: t.expose('change', {
      type: SubscriptionChangePreview,
      description: 'What is charged at once, and what every period costs then.',
    }),
    paymentMethod: t.expose('paymentMethod', {
      type: PaymentMethod,
      nullable: true,
      access: paymentMethodAccess,
      description: 'What is charged at once. Null where nothing is due, or there is none.',
    }),
  }),
});

const PlanChangePreviewInput = builder.inputType('PlanChangePreviewInput', {
  fields: (t) => ({
    priceId: t.globalID({ for: Price, required: true, description: 'On offer in this session.' }),
  }),
});

const ChangePlanInput = builder.inputType('ChangePlanInput', {
  fields: (t) => ({
    priceId: t.globalID({ for: Price, required: true, description: 'On offer in this session.' }),
    quote: t.string({
      required: true,
      description: 'Of `planChangePreview`: the figures that the customer has seen.',
      validate: z.string().max(100),
    }),
  }),
});

const PlanChanged = builder.objectRef<ChangedPlan>('PlanChanged').implement({
  description: 'The plan is another one, or will be.',
  access: 'inherits',
  fields: (t) => ({
    subscription: t.expose('subscription', {
      type: Subscription,
      nullable: true,
      access: subscriptionAccess,
      description: 'As it is now.',
    }),
    when: t.expose('when', { type: ChangeAt, description: 'At once, or with the next period.' }),
    effectiveAt: t.expose('effectiveAt', {
      type: 'DateTime',
      description: 'When the new plan begins.',
    }),
    invoice: t.expose('invoice', {
      type: Invoice,
      nullable: true,
      access: invoiceAccess,
      description:
        'Over what is charged at once: follow it with `invoiceChanged`. Null where nothing is.',
    }),
  }),
});

builder.queryFields((t) => ({
  planChangePreview: t.field({
    type: PlanChangePreview,
    nullable: true,
    access: mayChange,
    description: 'What `changePlan` would come to; show it before it is confirmed.',
    errors: { types: [NotFoundError, ConflictError] },
    args: { input: t.arg({ type: PlanChangePreviewInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      previewPlanChange(billing, viewer, { priceId: input.priceId.id }),
  }),
}));

builder.mutationFields((t) => ({
  changePlan: t.field({
    type: PlanChanged,
    nullable: true,
    access: mayChange,
    description:
      'Gives the customer a plan that their session has on offer, at the figures they were shown; others are refused with QUOTE_OUTDATED. One that costs more, for a period that is not shorter, begins at once and is charged, less the unused time of the present one: should that fail, the plan stays and the subscription is past due.',
    errors: { types: [NotFoundError, ConflictError, InvalidInputError] },
    args: { input: t.arg({ type: ChangePlanInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      changePlan(billing, viewer, { priceId: input.priceId.id, quote: input.quote }),
  }),
}));

/** Discounts: coupons applied to subscriptions and to drafts. */
import type { AccessRule } from '@4geeks/billing/access/rule';
import { discountsVisibleTo } from '@4geeks/billing/discount/access';
import { applyCoupon } from '@4geeks/billing/discount/apply-coupon';
import { applyCouponToInvoice } from '@4geeks/billing/discount/apply-coupon-to-invoice';
import { removeDiscount } from '@4geeks/billing/discount/remove-discount';
import { removeInvoiceDiscount } from '@4geeks/billing/discount/remove-invoice-discount';
import { addNode } from './access/noun.ts';
import { builder } from './builder.ts';
import { couponAccess } from './coupon.ts';
import { ConflictError, NotFoundError } from './errors.ts';
import { Invoice } from './invoice.ts';
import { Money } from './money.ts';
import { Subscription, subscriptionAccess } from './subscription.ts';

const access = subscriptionAccess;

export const Discount = builder.prismaObject('Discount', {
  description: 'A coupon applied to a subscription, or to one draft invoice.',
  access,
});

addNode(Discount, { model: 'discount', access, visibleTo: discountsVisibleTo });

const terms = {
  coupon: { select: { name: true, percentOffBps: true, amountOffMinor: true, currency: true } },
} as const;

builder.prismaObjectFields(Discount, (t) => ({
  name: t.string({
    access,
    description: 'As printed on invoices.',
    select: terms,
    resolve: ({ coupon }) => coupon.name,
  }),
  percentOffBps: t.int({
    access,
    nullable: true,
    description: 'Basis points: 2500 is 25 %. Null where it takes off an amount.',
    select: terms,
    resolve: ({ coupon }) => coupon.percentOffBps,
  }),
  amountOff: t.field({
    type: Money,
    access,
    nullable: true,
    description: 'Off every invoice. Null where it takes off a percent.',
    select: terms,
    resolve: ({ coupon: { amountOffMinor, currency } }) =>
      amountOffMinor === null || currency === null
        ? null
        : { amountMinor: amountOffMinor, currency },
  }),
  coupon: t.relation('coupon', {
    access: couponAccess,
    nullable: true,
    description: 'The coupon that was redeemed.',
  }),
  startsAt: t.expose('startsAt', {
    type: 'DateTime',
    access,
    description: 'When it was applied.',
  }),
  endsAt: t.expose('endsAt', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'Periods that begin from then on are not reduced. Null: no end by time.',
  }),
  endedAt: t.expose('endedAt', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'When it was used up, or taken away.',
  }),
}));

builder.prismaObjectFields(Subscription, (t) => ({
  discounts: t.relation('discounts', {
    access,
    description: 'What reduces its next invoice, in the order in which it takes.',
    query: {
      where: { endedAt: null },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    },
  }),
}));

builder.prismaObjectFields(Invoice, (t) => ({
  appliedDiscounts: t.relation('appliedDiscounts', {
    access: { staff: 'subscriptions:read', apiKey: 'subscriptions:read' },
    nullable: true,
    description: 'Coupons applied to this invoice alone.',
    query: { orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] },
  }),
}));

const ApplyCouponInput = builder.inputType('ApplyCouponInput', {
  fields: (t) => ({
    subscriptionId: t.globalID({ for: Subscription, required: true }),
    code: t.string({ required: true, description: 'Of the coupon, in any case.' }),
  }),
});

const ApplyCouponToInvoiceInput = builder.inputType('ApplyCouponToInvoiceInput', {
  fields: (t) => ({
    invoiceId: t.globalID({ for: Invoice, required: true }),
    code: t.string({ required: true, description: 'Of the coupon, in any case.' }),
  }),
});

const RemoveDiscountInput = builder.inputType('RemoveDiscountInput', {
  fields: (t) => ({ discountId: t.globalID({ for: Discount, required: true }) }),
});

const RemoveInvoiceDiscountInput = builder.inputType('RemoveInvoiceDiscountInput', {
  fields: (t) => ({ discountId: t.globalID({ for: Discount, required: true }) }),
});

const ofSubscription: AccessRule = { staff: 'subscriptions:write', apiKey: 'subscriptions:write' };
const ofInvoice: AccessRule = { staff: 'invoices:write', apiKey: 'invoices:write' };
const errors = { types: [NotFoundError, ConflictError] };

builder.mutationFields((t) => ({
  applyCoupon: t.field({
    type: Subscription,
    nullable: true,
    access: ofSubscription,
    description: 'Reduces the invoices of a subscription for whole periods, from the next one on.',
    errors,
    args: { input: t.arg({ type: ApplyCouponInput, required: true }) },
    resolve: (_root, { input: { subscriptionId, code } }, { billing, viewer }) =>
      applyCoupon(billing, viewer, { subscriptionId: subscriptionId.id, code }),
  }),
  removeDiscount: t.field({
    type: Subscription,
    nullable: true,
    access: ofSubscription,
    description: 'Takes a discount off a subscription. Its coupon stays redeemed.',
    errors,
    args: { input: t.arg({ type: RemoveDiscountInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      removeDiscount(billing, viewer, { discountId: input.discountId.id }),
  }),
  applyCouponToInvoice: t.field({
    type: Invoice,
    nullable: true,
    access: ofInvoice,
    description: 'Reduces a draft, whatever the duration of the coupon: this invoice alone.',
    errors,
    args: { input: t.arg({ type: ApplyCouponToInvoiceInput, required: true }) },
    resolve: (_root, { input: { invoiceId, code } }, { billing, viewer }) =>
      applyCouponToInvoice(billing, viewer, { invoiceId: invoiceId.id, code }),
  }),
  removeInvoiceDiscount: t.field({
    type: Invoice,
    nullable: true,
    access: ofInvoice,
    description: 'Takes a discount off a draft. Its coupon may be redeemed once more.',
    errors,
    args: { input: t.arg({ type: RemoveInvoiceDiscountInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      removeInvoiceDiscount(billing, viewer, { discountId: input.discountId.id }),
  }),
}));

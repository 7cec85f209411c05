/** Coupons: reductions that a merchant hands out. */
import type { AccessRule } from '@4geeks/billing/access/rule';
import { couponsVisibleTo } from '@4geeks/billing/coupon/access';
import { archiveCoupon } from '@4geeks/billing/coupon/archive-coupon';
import { createCoupon } from '@4geeks/billing/coupon/create-coupon';
import { type CouponDuration as durations } from '@4geeks/prisma';
import { addNode } from './access/noun.ts';
import { builder } from './builder.ts';
import { described } from './described.ts';
import { ConflictError, InvalidInputError, NotFoundError } from './errors.ts';
import { Money } from './money.ts';
import { whereArchived } from './product.ts';

export const couponAccess: AccessRule = { staff: 'products:read', apiKey: 'products:read' };
const access = couponAccess;
const mayWrite: AccessRule = { staff: 'products:write', apiKey: 'products:write' };

export const CouponDuration = builder.enumType('CouponDuration', {
  description: 'How long a coupon reduces a subscription.',
  values: described<durations>({
    ONCE: 'One invoice.',
    REPEATING: 'What begins within so many months.',
    FOREVER: 'Every invoice.',
  }),
});

export const Coupon = builder.prismaObject('Coupon', {
  description: 'A reduction that is redeemed by its code. Its terms never change.',
  access,
});

addNode(Coupon, { model: 'coupon', access, visibleTo: couponsVisibleTo });

builder.prismaObjectFields(Coupon, (t) => ({
  code: t.exposeString('code', { access, description: 'What is typed; in any case.' }),
  name: t.exposeString('name', { access, description: 'As printed on invoices.' }),
  percentOffBps: t.exposeInt('percentOffBps', {
    access,
    nullable: true,
    description: 'Basis points: 2500 is 25 %. Null where it takes off an amount.',
  }),
  amountOff: t.field({
    type: Money,
    access,
    nullable: true,
    description: 'Off one invoice, in its currency only. Null where it takes off a percent.',
    resolve: ({ amountOffMinor, currency }) =>
      amountOffMinor === null || currency === null
        ? null
        : { amountMinor: amountOffMinor, currency },
  }),
  duration: t.expose('duration', {
    type: CouponDuration,
    access,
    description: 'How long it reduces a subscription.',
  }),
  durationMonths: t.exposeInt('durationMonths', {
    access,
    nullable: true,
    description: 'Of REPEATING: months from when it is applied.',
  }),
  maxRedemptions: t.exposeInt('maxRedemptions', {
    access,
    nullable: true,
    description: 'How often it may be redeemed, by all customers together. Null: without limit.',
  }),
  timesRedeemed: t.exposeInt('timesRedeemed', {
    access,
    description: 'How often it was redeemed.',
  }),
  redeemBy: t.expose('redeemBy', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'Until when it may be redeemed. Exclusive.',
  }),
  archivedAt: t.expose('archivedAt', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'Since when it is not to be redeemed. What it gave goes on.',
  }),
  createdAt: t.expose('createdAt', { type: 'DateTime', access, description: 'When it was made.' }),
}));

builder.queryFields((t) => ({
  coupons: t.prismaConnection({
    type: Coupon,
    cursor: 'id',
    nullable: true,
    access,
    description: "The merchant's coupons, newest first.",
    args: {
      archived: t.arg.boolean({
        description: 'true: only archived ones; false: only the others. Absent: all.',
      }),
    },
    totalCount: (_root, { archived }, { billing, viewer }) =>
      billing.database.coupon.count({
        where: { AND: [whereArchived(archived), couponsVisibleTo(viewer)] },
      }),
    resolve: (query, _root, { archived }, { billing, viewer }) =>
      billing.database.coupon.findMany({
        ...query,
        where: { AND: [whereArchived(archived), couponsVisibleTo(viewer)] },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      }),
  }),
}));

const CreateCouponInput = builder.inputType('CreateCouponInput', {
  fields: (t) => ({
    code: t.string({ required: true, description: '3 to 40 letters, digits, - and _.' }),
    name: t.string({ description: 'As printed on invoices. Absent: the code.' }),
    percentOffBps: t.int({ description: 'Basis points, 1 to 10000. Either this or an amount.' }),
    amountOffMinor: t.field({
      type: 'SafeInt',
      description: 'Off one invoice, in minor units of the currency.',
    }),
    currency: t.field({ type: 'Currency', description: 'Of the amount. Absent with a percent.' }),
    duration: t.field({
      type: CouponDuration,
      required: true,
      description: 'How long it reduces a subscription.',
    }),
    durationMonths: t.int({ description: 'Of REPEATING: 1 to 120.' }),
    maxRedemptions: t.int({ description: 'Absent: without limit.' }),
    redeemBy: t.field({ type: 'DateTime', description: 'In the future. Absent: for ever.' }),
  }),
});

const ArchiveCouponInput = builder.inputType('ArchiveCouponInput', {
  fields: (t) => ({ couponId: t.globalID({ for: Coupon, required: true }) }),
});

builder.mutationFields((t) => ({
  createCoupon: t.field({
    type: Coupon,
    nullable: true,
    access: mayWrite,
    description: 'Adds a coupon.',
    errors: { types: [InvalidInputError, ConflictError] },
    args: { input: t.arg({ type: CreateCouponInput, required: true }) },
    resolve: (_root, { input: { amountOffMinor, ...input } }, { billing, viewer }) =>
      createCoupon(billing, viewer, {
        ...input,
        amountOffMinor: amountOffMinor == null ? null : BigInt(amountOffMinor),
      }),
  }),
  archiveCoupon: t.field({
    type: Coupon,
    nullable: true,
    access: mayWrite,
    description: 'Nobody redeems it from now on. Discounts that it gave go on.',
    errors: { types: [NotFoundError, ConflictError] },
    args: { input: t.arg({ type: ArchiveCouponInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      archiveCoupon(billing, viewer, { couponId: input.couponId.id }),
  }),
}));

/** Refunds: money going back from a payment. */
import type { AccessRule } from '@4geeks/billing/access/rule';
import { refundsVisibleTo } from '@4geeks/billing/refund/access';
import { refundPayment } from '@4geeks/billing/refund/refund-payment';
import { creditedOfPayment, refundableAmount } from '@4geeks/billing/refund/refundable-amount';
import { RefundStatus as statuses } from '@4geeks/prisma';
import { z } from 'zod';
import { addNode } from './access/noun.ts';
import { builder } from './builder.ts';
import { ConflictError, InvalidInputError, NotFoundError } from './errors.ts';
import { Money } from './money.ts';
import { Payment, paymentAccess } from './payment.ts';

export const refundAccess: AccessRule = {
  staff: 'payments:read',
  apiKey: 'payments:read',
  portal: 'VIEW_PAYMENT_HISTORY',
};
const access = refundAccess;
const merchantOnly: AccessRule = { staff: 'payments:read', apiKey: 'payments:read' };

const RefundStatus = builder.enumType('RefundStatus', {
  description: 'What became of a refund.',
  values: {
    [statuses.PENDING]: { description: 'The gateway has been or is being asked.' },
    [statuses.SUCCEEDED]: { description: 'The money went back.' },
    [statuses.FAILED]: { description: 'The money stayed; it can be refunded again.' },
  } as const,
});

export const Refund = builder.prismaObject('Refund', {
  description: 'Money going back from a payment, in part or in full.',
  access,
});

addNode(Refund, { model: 'refund', access, visibleTo: refundsVisibleTo });

builder.prismaObjectFields(Refund, (t) => ({
  status: t.expose('status', { type: RefundStatus, access, description: 'What became of it.' }),
  amount: t.field({
    type: Money,
    access,
    description: 'What goes back.',
    resolve: ({ amountMinor, currency }) => ({ amountMinor, currency }),
  }),
  reason: t.exposeString('reason', {
    access: merchantOnly,
    nullable: true,
    description: 'Why, in the words of whoever made it. Not for customers.',
  }),
  failureCode: t.exposeString('failureCode', {
    access: merchantOnly,
    nullable: true,
    description: 'Stable code of why the gateway could not give the money back.',
  }),
  createdAt: t.expose('createdAt', { type: 'DateTime', access, description: 'When it was begun.' }),
  settledAt: t.expose('settledAt', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'When its outcome was known.',
  }),
  payment: t.relation('payment', {
    access: paymentAccess,
    nullable: true,
    description: 'What it goes back from.',
  }),
}));

builder.prismaObjectFields(Payment, (t) => ({
  amountRefunded: t.field({
    type: Money,
    access: paymentAccess,
    description: 'What has gone back so far.',
    select: { amountRefundedMinor: true, currency: true },
    resolve: ({ amountRefundedMinor, currency }) => ({
      amountMinor: amountRefundedMinor,
      currency,
    }),
  }),
  amountRefundable: t.field({
    type: Money,
    access: merchantOnly,
    nullable: true,
    description:
      'What may still go back: neither refunded, being refunded, disputed, nor given back to the customer’s balance.',
    select: {
      status: true,
      amountMinor: true,
      currency: true,
      refunds: { select: { status: true, amountMinor: true } },
      disputes: { where: { status: { not: 'WON' } }, select: { amountMinor: true } },
      invoice: { select: { balanceAppliedMinor: true, balanceCreditedMinor: true } },
    },
    resolve: ({ refunds, disputes, invoice, ...payment }) => ({
      amountMinor: refundableAmount({
        ...payment,
        refunds,
        disputedMinor: disputes.reduce((sum, { amountMinor }) => sum + amountMinor, 0n),
        creditedMinor: creditedOfPayment(invoice),
      }),
      currency: payment.currency,
    }),
  }),
  refunds: t.relation('refunds', {
    access,
    nullable: true,
    description: 'What went or goes back, newest first.',
    query: { orderBy: { id: 'desc' } },
  }),
}));

const RefundPaymentInput = builder.inputType('RefundPaymentInput', {
  fields: (t) => ({
    paymentId: t.globalID({ for: Payment, required: true }),
    amountMinor: t.field({
      type: 'SafeInt',
      description: 'Minor units of its currency. Absent: everything that is left.',
    }),
    reason: t.string({ description: 'For the records.', validate: z.string().max(500) }),
    requestKey: t.string({
      description: 'Your name for this refund: asked for again under it, it is made once.',
      validate: z.string().min(1).max(100),
    }),
  }),
});

builder.mutationFields((t) => ({
  refundPayment: t.field({
    type: Refund,
    nullable: true,
    access: { staff: 'payments:write', apiKey: 'payments:write' },
    description:
      'Gives back part or all of a payment, in the background. Refunds of one payment, and what was given back to the balance, never exceed it.',
    errors: { types: [NotFoundError, ConflictError, InvalidInputError] },
    args: { input: t.arg({ type: RefundPaymentInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      refundPayment(billing, viewer, {
        paymentId: input.paymentId.id,
        amountMinor: input.amountMinor == null ? null : BigInt(input.amountMinor),
        reason: input.reason ?? null,
        requestKey: input.requestKey ?? null,
      }),
  }),
}));

/** Payments: attempts to collect an invoice. */
import type { AccessRule } from '@4geeks/billing/access/rule';
import { declineReason } from '@4geeks/billing/notification/decline-reasons';
import { paymentsVisibleTo } from '@4geeks/billing/payment/access';
import { PaymentStatus as statuses, PaymentTrigger as triggers } from '@4geeks/prisma';
import { addNode } from './access/noun.ts';
import { builder } from './builder.ts';
import { Customer, customerAccess } from './customer.ts';
import { Invoice, invoiceAccess } from './invoice.ts';
import { createdArguments, orderByCreated, whereCreated } from './list-arguments.ts';
import { Money } from './money.ts';
import { paymentMethodAccess } from './payment-method.ts';

export const paymentAccess: AccessRule = {
  staff: 'payments:read',
  apiKey: 'payments:read',
  portal: true,
};
const access = paymentAccess;

const PaymentStatus = builder.enumType('PaymentStatus', {
  description: 'What became of an attempt.',
  values: {
    [statuses.PENDING]: { description: 'The gateway has been or is being asked.' },
    [statuses.PROCESSING]: { description: 'Accepted by the bank; settles later.' },
    [statuses.REQUIRES_ACTION]: { description: 'Waits for the customer to authenticate.' },
    [statuses.SUCCEEDED]: { description: 'The money was collected.' },
    [statuses.FAILED]: { description: 'Declined.' },
  } as const,
});
export const PaymentTrigger = builder.enumType('PaymentTrigger', {
  description: 'Why an attempt was made.',
  values: {
    [triggers.RENEWAL]: { description: 'A period began.' },
    [triggers.DUNNING]: { description: 'A scheduled retry.' },
    [triggers.METHOD_UPDATE]: { description: 'The customer gave a new payment method.' },
    [triggers.CUSTOMER]: { description: 'The customer asked for it.' },
    [triggers.STAFF]: { description: 'Staff or an integration asked for it.' },
  } as const,
});

export const Payment = builder.prismaObject('Payment', {
  select: { id: true },
  description: 'One attempt to collect one invoice.',
  access,
});

addNode(Payment, { model: 'payment', access, visibleTo: paymentsVisibleTo });

builder.prismaObjectFields(Payment, (t) => ({
  status: t.expose('status', { type: PaymentStatus, access, description: 'What became of it.' }),
  trigger: t.expose('trigger', { type: PaymentTrigger, access, description: 'Why it was made.' }),
  attemptNumber: t.exposeInt('attemptNumber', {
    access,
    description: '1, 2, 3 ... within the invoice.',
  }),
  amount: t.field({
    type: Money,
    access,
    description: 'What was to be collected.',
    select: { amountMinor: true, currency: true },
    resolve: ({ amountMinor, currency }) => ({ amountMinor, currency }),
  }),
  paymentMethod: t.relation('paymentMethod', {
    access: paymentMethodAccess,
    nullable: true,
    description: 'What was charged. Still told after it was removed.',
  }),
  declineCode: t.exposeString('declineCode', {
    access: { staff: 'payments:read', apiKey: 'payments:read' },
    nullable: true,
    description:
      'Stable code of the network. Not for customers: it may say what they must not know.',
  }),
  declineReason: t.string({
    access,
    nullable: true,
    description: 'Why it failed, in plain words and in the language of the viewer.',
    select: { status: true, declineCode: true },
    resolve: ({ status, declineCode }, _args, { locale }) =>
      status === 'FAILED' ? declineReason(declineCode ?? 'generic_decline', locale) : null,
  }),
  actionUrl: t.field({
    type: 'URL',
    access,
    nullable: true,
    description:
      'Where the customer authenticates while REQUIRES_ACTION (3-D Secure). Add `return_to` with a root-relative path to come back to.',
    select: { actionUrl: true },
    resolve: ({ actionUrl }) => (actionUrl === null ? null : new URL(actionUrl)),
  }),
  createdAt: t.expose('createdAt', {
    type: 'DateTime',
    access,
    description: 'When it was begun.',
  }),
  settledAt: t.expose('settledAt', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'When its outcome was known.',
  }),
  invoice: t.relation('invoice', {
    access: invoiceAccess,
    nullable: true,
    description: 'What it was for.',
  }),
  customer: t.relation('customer', {
    access: customerAccess,
    nullable: true,
    description: 'Who was charged.',
  }),
}));

builder.queryFields((t) => ({
  payments: t.prismaConnection({
    type: Payment,
    cursor: 'id',
    nullable: true,
    access: { staff: 'payments:read', apiKey: 'payments:read' },
    description: "The merchant's payments.",
    args: {
      ...createdArguments,
      status: t.arg({ type: PaymentStatus, description: 'Only those that stand so.' }),
      customerId: t.arg.globalID({ for: Customer, description: 'Only those of this customer.' }),
      invoiceId: t.arg.globalID({ for: Invoice, description: 'Only those for this invoice.' }),
    },
    totalCount: (_root, args, { billing, viewer }) =>
      billing.database.payment.count({
        where: { AND: [...wherePayments(args), paymentsVisibleTo(viewer)] },
      }),
    resolve: (query, _root, args, { billing, viewer }) =>
      billing.database.payment.findMany({
        ...query,
        where: { AND: [...wherePayments(args), paymentsVisibleTo(viewer)] },
        orderBy: orderByCreated(args),
      }),
  }),
}));

type PaymentArguments = Parameters<typeof whereCreated>[0] & {
  status?: typeof PaymentStatus.$inferType | null;
  customerId?: { id: string } | null;
  invoiceId?: { id: string } | null;
};

function wherePayments({ status, customerId, invoiceId, ...created }: PaymentArguments) {
  return [
    whereCreated(created),
    status ? { status } : {},
    customerId ? { customerId: customerId.id } : {},
    invoiceId ? { invoiceId: invoiceId.id } : {},
  ];
}

/** Customers: who pays a merchant. */
import type { AccessRule } from '@4geeks/billing/access/rule';
import { customersVisibleTo } from '@4geeks/billing/customer/access';
import { emailMessagesVisibleTo } from '@4geeks/billing/notification/access';
import { eventsVisibleTo } from '@4geeks/billing/event/access';
import { invoicesVisibleTo } from '@4geeks/billing/invoice/access';
import { amountDueColumns } from '@4geeks/billing/invoice/amount-due';
import { paymentMethodsVisibleTo } from '@4geeks/billing/payment-method/access';
import { offeredPaymentMethodTypes } from '@4geeks/billing/payment-method/offered-payment-method-types';
import { paymentsVisibleTo } from '@4geeks/billing/payment/access';
import { subscriptionsVisibleTo } from '@4geeks/billing/subscription/access';
import { z } from 'zod';
import { addNode } from './access/noun.ts';
import { builder } from './builder.ts';
import {
  pastDueInvoices,
  waitingInvoices,
  selectStatus,
  statusOf,
  sumsDue,
  whereBillingStatus,
} from './customer-standing.ts';
import { described } from './described.ts';
import { emailMessageAccess } from './email-message.ts';
import { eventAccess } from './event.ts';
import { invoiceAccess } from './invoice.ts';
import { createdArguments, orderByCreated, whereCreated } from './list-arguments.ts';
import { Locale, Money, sumByCurrency } from './money.ts';
import { paymentMethodAccess, PaymentMethod, PaymentMethodType } from './payment-method.ts';
import { subscriptionAccess } from './subscription.ts';

export const customerAccess: AccessRule = {
  staff: 'customers:read',
  apiKey: 'customers:read',
  portal: true,
};

export const CustomerBillingStatus = builder.enumType('CustomerBillingStatus', {
  description: 'Where a customer stands, in one word.',
  values: {
    CURRENT: { description: 'Subscribed, and nothing is past due.' },
    PAST_DUE: { description: 'An open invoice could not be collected.' },
    NO_SUBSCRIPTION: { description: 'Nothing is past due, and no subscription is alive.' },
  } as const,
});

const CustomerOrder = builder.enumType('CustomerOrder', {
  description: 'In which order customers come.',
  values: described({
    NEWEST_FIRST: 'The latest first.',
    OLDEST_FIRST: 'The earliest first: for walking through all of them while others are added.',
    NAME: 'By name, as the database sorts.',
  }),
});

export const Customer = builder.prismaObject('Customer', {
  select: { id: true },
  description: 'Somebody who buys from a merchant. One person may be several customers.',
  access: customerAccess,
});

addNode(Customer, {
  model: 'customer',
  access: customerAccess,
  visibleTo: customersVisibleTo,
});

const newestFirst = [{ createdAt: 'desc' as const }, { id: 'desc' as const }];

builder.prismaObjectFields(Customer, (t) => ({
  name: t.exposeString('name', { access: customerAccess, description: 'Full name or company.' }),
  email: t.expose('email', {
    type: 'EmailAddress',
    access: customerAccess,
    description: 'Where mails go. Signing in to the portal needs exactly this address.',
  }),
  locale: t.expose('locale', {
    type: Locale,
    access: customerAccess,
    description: 'The language of mails and documents for this customer.',
  }),
  createdAt: t.expose('createdAt', {
    type: 'DateTime',
    access: customerAccess,
    description: 'When the customer was created.',
  }),
  billingStatus: t.field({
    type: CustomerBillingStatus,
    access: customerAccess,
    description: 'Where the customer stands. PAST_DUE wins: what is owed is shown first.',
    select: selectStatus,
    resolve: statusOf,
  }),
  amountPastDue: t.field({
    type: [Money],
    access: customerAccess,
    description: 'What is still due on past-due invoices, one entry a currency.',
    select: {
      invoices: {
        ...pastDueInvoices,
        select: { currency: true, ...amountDueColumns },
      },
    },
    resolve: ({ invoices }) => sumsDue(invoices),
  }),
  balances: t.field({
    type: [Money],
    access: invoiceAccess,
    nullable: true,
    description: 'Credit that the next invoices use up, one entry a currency.',
    select: {
      balanceEntries: { select: { currency: true, amountMinor: true } },
    },
    resolve: ({ balanceEntries }) =>
      sumByCurrency(balanceEntries).filter(({ amountMinor }) => amountMinor !== 0n),
  }),
  pastDueInvoices: t.relation('invoices', {
    access: invoiceAccess,
    nullable: true,
    description:
      'Open invoices whose collection failed, oldest first. No portal permission hides them.',
    query: pastDueInvoices,
  }),
  waitingInvoices: t.relation('invoices', {
    access: invoiceAccess,
    nullable: true,
    description:
      'Open invoices that are not past due and have a payment that waits: for the customer to confirm it, or for a debit to settle. Oldest first. No portal permission hides them.',
    query: waitingInvoices,
  }),
  defaultPaymentMethod: t.field({
    type: PaymentMethod,
    access: paymentMethodAccess,
    nullable: true,
    description: 'What invoices are charged to. Null when there is none.',
    select: (_args, _context, nested) => ({
      paymentMethods: nested({ where: { isDefault: true, removedAt: null }, take: 1 }),
    }),
    resolve: ({ paymentMethods }) => paymentMethods[0] ?? null,
  }),
  paymentMethods: t.relation('paymentMethods', {
    access: {
      staff: 'payment-methods:read',
      apiKey: 'payment-methods:read',
      portal: 'UPDATE_PAYMENT_METHODS',
    },
    nullable: true,
    description: 'Every payment method on file: the default first, then the newest.',
    query: (_args, { viewer }) => ({
      where: { AND: [{ removedAt: null }, paymentMethodsVisibleTo(viewer)] },
      orderBy: [{ isDefault: 'desc' }, { createdAt: 'desc' }, { id: 'desc' }],
    }),
  }),
  offeredPaymentMethodTypes: t.field({
    type: [PaymentMethodType],
    access: {
      staff: 'payment-methods:read',
      apiKey: 'payment-methods:read',
      portal: 'UPDATE_PAYMENT_METHODS',
    },
    nullable: true,
    description:
      'What kinds of payment method the customer may add: those that work in every currency they are billed in.',
    select: { merchantId: true },
    resolve: ({ id: customerId, merchantId }, _args, { billing }) =>
      offeredPaymentMethodTypes(billing, { merchantId, customerId }),
  }),
  subscriptions: t.relatedConnection('subscriptions', {
    cursor: 'id',
    totalCount: true,
    access: subscriptionAccess,
    nullable: true,
    description: 'Subscriptions, ended ones too, newest first.',
    query: (_args, { viewer }) => ({ where: subscriptionsVisibleTo(viewer), orderBy: newestFirst }),
  }),
  invoices: t.relatedConnection('invoices', {
    cursor: 'id',
    totalCount: true,
    access: {
      staff: 'invoices:read',
      apiKey: 'invoices:read',
      portal: 'VIEW_PAYMENT_HISTORY',
    },
    nullable: true,
    description: 'Finalized invoices, newest first.',
    query: (_args, { viewer }) => ({
      where: { AND: [{ status: { not: 'DRAFT' } }, invoicesVisibleTo(viewer)] },
      orderBy: newestFirst,
    }),
  }),
  payments: t.relatedConnection('payments', {
    cursor: 'id',
    totalCount: true,
    access: {
      staff: 'payments:read',
      apiKey: 'payments:read',
      portal: 'VIEW_PAYMENT_HISTORY',
    },
    nullable: true,
    description: 'Attempts to collect, newest first.',
    query: (_args, { viewer }) => ({ where: paymentsVisibleTo(viewer), orderBy: newestFirst }),
  }),
  events: t.relatedConnection('events', {
    cursor: 'id',
    access: eventAccess,
    nullable: true,
    description: 'What happened to this customer, newest first.',
    query: (_args, { viewer }) => ({
      where: eventsVisibleTo(viewer),
      orderBy: { sequence: 'desc' },
    }),
  }),
  emailMessages: t.relatedConnection('emailMessages', {
    cursor: 'id',
    access: emailMessageAccess,
    nullable: true,
    description: 'Mails owed and sent, newest first.',
    query: (_args, { viewer }) => ({
      where: emailMessagesVisibleTo(viewer),
      orderBy: newestFirst,
    }),
  }),
}));

const listAccess: AccessRule = { staff: 'customers:read', apiKey: 'customers:read' };

builder.queryFields((t) => ({
  customer: t.prismaField({
    type: Customer,
    nullable: true,
    access: customerAccess,
    description: 'One customer. Null when it does not exist or is not yours to see.',
    args: {
      id: t.arg.globalID({
        for: Customer,
        required: true,
        description: 'Global id of the customer.',
      }),
    },
    resolve: (query, _root, { id }, { billing, viewer }) =>
      billing.database.customer.findFirst({
        ...query,
        where: { AND: [{ id: id.id }, customersVisibleTo(viewer)] },
      }),
  }),
  customers: t.prismaConnection({
    type: Customer,
    cursor: 'id',
    nullable: true,
    access: listAccess,
    description: "The merchant's customers.",
    args: {
      ...createdArguments,
      orderBy: t.arg({ type: CustomerOrder, description: 'Default NEWEST_FIRST.' }),
      email: t.arg.string({
        description: 'Only those with exactly this address, in any case.',
        validate: z.string().max(320),
      }),
      search: t.arg.string({
        description: 'Part of the name or of the address, in any case.',
        validate: z.string().max(200),
      }),
      billingStatus: t.arg({
        type: CustomerBillingStatus,
        description: 'Only those who stand so.',
      }),
    },
    totalCount: (_root, args, { billing, viewer }) =>
      billing.database.customer.count({ where: whereCustomers(args, customersVisibleTo(viewer)) }),
    resolve: (query, _root, args, { billing, viewer }) =>
      billing.database.customer.findMany({
        ...query,
        where: whereCustomers(args, customersVisibleTo(viewer)),
        orderBy:
          args.orderBy === 'NAME'
            ? [{ name: 'asc' }, { id: 'asc' }]
            : orderByCreated({ orderBy: args.orderBy }),
      }),
  }),
}));

type CustomerArguments = Omit<Parameters<typeof whereCreated>[0], 'orderBy'> & {
  search?: string | null;
  email?: string | null;
  billingStatus?: typeof CustomerBillingStatus.$inferType | null;
};

function whereCustomers(
  { search, email, billingStatus, ...created }: CustomerArguments,
  visible: ReturnType<typeof customersVisibleTo>,
) {
  // Signs of LIKE patterns are letters like others; Prisma does not escape them.
  const part = search?.trim().replace(/[\\%_]/g, '\\$&');
  return {
    AND: [
      visible,
      whereCreated(created),
      email ? { emailNormalized: email.trim().toLowerCase() } : {},
      part
        ? {
            OR: [
              { name: { contains: part, mode: 'insensitive' as const } },
              { emailNormalized: { contains: part.toLowerCase() } },
            ],
          }
        : {},
      billingStatus ? whereBillingStatus(billingStatus) : {},
    ],
  };
}

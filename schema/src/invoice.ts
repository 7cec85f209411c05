/** Invoices: what is owed for a period, and whether it was paid. */
import type { AccessRule } from '@4geeks/billing/access/rule';
import { invoicesVisibleTo } from '@4geeks/billing/invoice/access';
import { amountDue, amountDueColumns } from '@4geeks/billing/invoice/amount-due';
import { requestInvoiceCollection } from '@4geeks/billing/invoice/request-invoice-collection';
import { paymentsVisibleTo } from '@4geeks/billing/payment/access';
import { type InvoiceStatus as statuses } from '@4geeks/prisma';
import { z } from 'zod';
import { addNode } from './access/noun.ts';
import { builder } from './builder.ts';
import { described } from './described.ts';
import { Customer, customerAccess } from './customer.ts';
import { pastDue } from './customer-standing.ts';
import { ConflictError, NotFoundError, RateLimitedError } from './errors.ts';
import { invoiceCollection } from './invoice-collection.ts';
import { createdArguments, orderByCreated, whereCreated } from './list-arguments.ts';
import { Money } from './money.ts';
import { Payment, paymentAccess } from './payment.ts';
import { subscriptionAccess } from './subscription.ts';

export const invoiceAccess: AccessRule = {
  staff: 'invoices:read',
  apiKey: 'invoices:read',
  portal: true,
};
const access = invoiceAccess;

const InvoiceStatus = builder.enumType('InvoiceStatus', {
  description: 'The life of an invoice. DRAFT is only seen by staff and API keys.',
  values: described<statuses>({
    DRAFT: 'Being written: it has no number, and customers do not see it.',
    OPEN: 'Finalized and owed.',
    PAID: 'Paid in full.',
    VOID: 'Taken back: nothing is owed.',
    UNCOLLECTIBLE: 'Given up: nobody expects it to be paid.',
  }),
});

export const Invoice = builder.prismaObject('Invoice', {
  // Its columns are many; what nobody asks for is not read.
  select: { id: true },
  description: 'What is owed for a period. Never changes once finalized, but for being paid.',
  access,
});

addNode(Invoice, { model: 'invoice', access, visibleTo: invoicesVisibleTo });

builder.prismaObjectFields(Invoice, (t) => ({
  number: t.exposeString('number', {
    access,
    nullable: true,
    description: 'Without gaps per merchant. Null on drafts.',
  }),
  status: t.expose('status', { type: InvoiceStatus, access, description: 'Where it stands.' }),
  isPastDue: t.boolean({
    access,
    description: 'Open, and a collection has failed.',
    select: { status: true, pastDueSince: true },
    resolve: ({ status, pastDueSince }) => status === 'OPEN' && pastDueSince !== null,
  }),
  isCollecting: t.boolean({
    access,
    description: 'An attempt is in flight right now.',
    resolve: ({ id }, _args, context) => invoiceCollection(context).load(id),
  }),
  customer: t.relation('customer', {
    access: customerAccess,
    nullable: true,
    description: 'Who owes it.',
  }),
  subscription: t.relation('subscription', {
    access: subscriptionAccess,
    nullable: true,
    description: 'What it is for. Null on one-off invoices.',
  }),
  subtotal: t.field({
    type: Money,
    access,
    description: 'Sum of the lines as priced: before discounts, with the tax that prices contain.',
    select: { subtotalMinor: true, currency: true },
    resolve: ({ subtotalMinor, currency }) => ({ amountMinor: subtotalMinor, currency }),
  }),
  tax: t.field({
    type: Money,
    access,
    description: 'Tax on all lines, added and contained.',
    select: { taxMinor: true, currency: true },
    resolve: ({ taxMinor, currency }) => ({ amountMinor: taxMinor, currency }),
  }),
  total: t.field({
    type: Money,
    access,
    description: 'Subtotal less discounts, and the tax that is added.',
    select: { totalMinor: true, currency: true },
    resolve: ({ totalMinor, currency }) => ({ amountMinor: totalMinor, currency }),
  }),
  amountPaid: t.field({
    type: Money,
    access,
    description: 'Paid so far.',
    select: { amountPaidMinor: true, currency: true },
    resolve: ({ amountPaidMinor, currency }) => ({ amountMinor: amountPaidMinor, currency }),
  }),
  balanceApplied: t.field({
    type: Money,
    access,
    description: "Taken from the customer's balance.",
    select: { balanceAppliedMinor: true, currency: true },
    resolve: ({ balanceAppliedMinor, currency }) => ({
      amountMinor: balanceAppliedMinor,
      currency,
    }),
  }),
  balanceCredited: t.field({
    type: Money,
    access,
    description: "Given back to the customer's balance later, for time that was not used.",
    select: { balanceCreditedMinor: true, currency: true },
    resolve: ({ balanceCreditedMinor, currency }) => ({
      amountMinor: balanceCreditedMinor,
      currency,
    }),
  }),
  amountDue: t.field({
    type: Money,
    access,
    description: 'Still to be paid. Zero once the invoice is void or given up.',
    select: { status: true, currency: true, ...amountDueColumns },
    resolve: (invoice) => ({
      amountMinor:
        invoice.status === 'OPEN' || invoice.status === 'DRAFT' ? amountDue(invoice) : 0n,
      currency: invoice.currency,
    }),
  }),
  periodStart: t.expose('periodStart', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'Begin of the period billed. Null on one-off invoices.',
  }),
  periodEnd: t.expose('periodEnd', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'End of the period billed. Exclusive.',
  }),
  finalizedAt: t.expose('finalizedAt', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'When it got its number and could no longer change.',
  }),
  dueAt: t.expose('dueAt', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'When it is to be paid.',
  }),
  paidAt: t.expose('paidAt', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'When it was paid in full.',
  }),
  pastDueSince: t.expose('pastDueSince', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'When collecting it first failed.',
  }),
  lines: t.relation('lines', {
    access,
    description: 'What is billed, in the order of the document.',
    query: { orderBy: { position: 'asc' } },
  }),
  latestPayment: t.field({
    type: Payment,
    access: paymentAccess,
    nullable: true,
    description: 'The newest attempt: it carries the reason of the last decline.',
    select: (_args, _context, nested) => ({
      payments: nested({ orderBy: { attemptNumber: 'desc' }, take: 1 }),
    }),
    resolve: ({ payments }) => payments[0] ?? null,
  }),
  payments: t.relation('payments', {
    access: {
      staff: 'payments:read',
      apiKey: 'payments:read',
      portal: 'VIEW_PAYMENT_HISTORY',
    },
    nullable: true,
    description: 'Every attempt, newest first.',
    query: (_args, { viewer }) => ({
      where: paymentsVisibleTo(viewer),
      orderBy: { attemptNumber: 'desc' },
    }),
  }),
  pdfUrl: t.string({
    access: {
      staff: 'invoices:read',
      apiKey: 'invoices:read',
      portal: 'DOWNLOAD_INVOICES',
    },
    nullable: true,
    description:
      'Root-relative address of the PDF, for whoever is signed in as this viewer. Null on drafts.',
    select: { status: true },
    resolve: ({ id, status }, _args, { viewer, portalSession }) => {
      if (status === 'DRAFT') return null;
      const portal = viewer.kind === 'customer' ? portalSession?.portalSlug : undefined;
      return `/invoices/${id}/pdf${portal ? `?portal=${encodeURIComponent(portal)}` : ''}`;
    },
  }),
}));

export const InvoiceLine = builder.prismaObject('InvoiceLine', {
  description: 'One thing billed.',
  access,
});

addNode(InvoiceLine, {
  model: 'invoiceLine',
  access,
  visibleTo: (viewer) => ({ invoice: invoicesVisibleTo(viewer) }),
});

builder.prismaObjectFields(InvoiceLine, (t) => ({
  description: t.exposeString('description', {
    access,
    description: 'In the language of the invoice.',
  }),
  quantity: t.exposeInt('quantity', { access, description: 'How many.' }),
  unitAmount: t.field({
    type: Money,
    access,
    description: 'Price of one, with the tax that it contains.',
    select: { invoice: { select: { currency: true } } },
    resolve: ({ unitAmountMinor, invoice }) => ({
      amountMinor: unitAmountMinor,
      currency: invoice.currency,
    }),
  }),
  amount: t.field({
    type: Money,
    access,
    description:
      'Quantity times price, before discounts and added tax; on a proration line the part of it, negative where it is credited.',
    select: { invoice: { select: { currency: true } } },
    resolve: ({ amountMinor, invoice }) => ({ amountMinor, currency: invoice.currency }),
  }),
  proration: t.exposeBoolean('proration', {
    access,
    description:
      'Whether it is for a part of a period, because the subscription changed within it.',
  }),
  periodStart: t.expose('periodStart', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'Begin of the time billed, where the line is for a time.',
  }),
  periodEnd: t.expose('periodEnd', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'End of the time billed. Exclusive.',
  }),
}));

builder.queryFields((t) => ({
  invoices: t.prismaConnection({
    type: Invoice,
    cursor: 'id',
    nullable: true,
    access: { staff: 'invoices:read', apiKey: 'invoices:read' },
    description: "The merchant's invoices.",
    args: {
      ...createdArguments,
      customerId: t.arg.globalID({ for: Customer, description: 'Only what this customer owes.' }),
      number: t.arg.string({
        description: 'Only the one with this number.',
        validate: z.string().max(100),
      }),
      status: t.arg({ type: InvoiceStatus, description: 'Only those that stand so.' }),
      pastDue: t.arg.boolean({ description: 'true: only past-due ones; false: only the others.' }),
    },
    totalCount: (_root, args, { billing, viewer }) =>
      billing.database.invoice.count({
        where: { AND: [...whereInvoices(args), invoicesVisibleTo(viewer)] },
      }),
    resolve: (query, _root, args, { billing, viewer }) =>
      billing.database.invoice.findMany({
        ...query,
        where: { AND: [...whereInvoices(args), invoicesVisibleTo(viewer)] },
        orderBy: orderByCreated(args),
      }),
  }),
}));

type InvoiceArguments = Parameters<typeof whereCreated>[0] & {
  customerId?: { id: string } | null;
  number?: string | null;
  status?: typeof InvoiceStatus.$inferType | null;
  pastDue?: boolean | null;
};

function whereInvoices(args: InvoiceArguments) {
  return [
    whereCreated(args),
    args.customerId ? { customerId: args.customerId.id } : {},
    args.number ? { number: args.number } : {},
    args.status ? { status: args.status } : {},
    args.pastDue === true ? pastDue : {},
    args.pastDue === false ? { NOT: pastDue } : {},
  ];
}

const CollectInvoiceInput = builder.inputType('CollectInvoiceInput', {
  fields: (t) => ({ invoiceId: t.globalID({ for: Invoice, required: true }) }),
});

builder.mutationFields((t) => ({
  collectInvoice: t.field({
    type: Invoice,
    nullable: true,
    access: { staff: 'payments:write', apiKey: 'payments:write', portal: true },
    description: 'Charges an open invoice to the default payment method, in the background.',
    errors: { types: [NotFoundError, ConflictError, RateLimitedError] },
    args: { input: t.arg({ type: CollectInvoiceInput, required: true }) },
    resolve: async (_root, { input }, { billing, viewer, limitRate }) => {
      if (viewer.kind === 'customer') await limitRate('charge-again');
      return requestInvoiceCollection(billing, viewer, { invoiceId: input.invoiceId.id });
    },
  }),
}));

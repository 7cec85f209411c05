/** Credit notes: documents that reduce a finalized invoice. */
import type { AccessRule } from '@4geeks/billing/access/rule';
import { creditNotesVisibleTo } from '@4geeks/billing/credit-note/access';
import { creditInvoice } from '@4geeks/billing/credit-note/credit-invoice';
import { z } from 'zod';
import { addNode } from './access/noun.ts';
import { builder } from './builder.ts';
import { ConflictError, InvalidInputError, NotFoundError } from './errors.ts';
import { Invoice, invoiceAccess } from './invoice.ts';
import { Money } from './money.ts';
import { refundAccess } from './refund.ts';

const access: AccessRule = {
  staff: 'invoices:read',
  apiKey: 'invoices:read',
  portal: 'VIEW_PAYMENT_HISTORY',
};

export const CreditNote = builder.prismaObject('CreditNote', {
  description: 'Reduces a finalized invoice: what is due on it, or, once paid, what was paid.',
  access,
});

addNode(CreditNote, { model: 'creditNote', access, visibleTo: creditNotesVisibleTo });

builder.prismaObjectFields(CreditNote, (t) => ({
  number: t.exposeString('number', { access, description: 'Without gaps per merchant.' }),
  amount: t.field({
    type: Money,
    access,
    description: 'By how much.',
    resolve: ({ amountMinor, currency }) => ({ amountMinor, currency }),
  }),
  tax: t.field({
    type: Money,
    access,
    description: 'The tax in it.',
    resolve: ({ taxMinor, currency }) => ({ amountMinor: taxMinor, currency }),
  }),
  reason: t.exposeString('reason', { access, description: 'Why, as it stands on the document.' }),
  createdAt: t.expose('createdAt', {
    type: 'DateTime',
    access,
    description: 'When it was issued.',
  }),
  invoice: t.relation('invoice', {
    access: invoiceAccess,
    nullable: true,
    description: 'What it reduces.',
  }),
  refund: t.relation('refund', {
    access: refundAccess,
    nullable: true,
    description: 'What sends the money back. Null where the invoice had not been paid.',
  }),
}));

builder.prismaObjectFields(Invoice, (t) => ({
  amountCredited: t.field({
    type: Money,
    access: invoiceAccess,
    description: 'Credited before it was paid: no longer due.',
    select: { amountCreditedMinor: true, currency: true },
    resolve: ({ amountCreditedMinor, currency }) => ({
      amountMinor: amountCreditedMinor,
      currency,
    }),
  }),
  creditNotes: t.relation('creditNotes', {
    access,
    nullable: true,
    description: 'What reduces it, oldest first.',
    query: { orderBy: { id: 'asc' } },
  }),
}));

const CreditInvoiceInput = builder.inputType('CreditInvoiceInput', {
  fields: (t) => ({
    invoiceId: t.globalID({ for: Invoice, required: true }),
    amountMinor: t.field({
      type: 'SafeInt',
      required: true,
      description: 'Minor units of its currency.',
    }),
    reason: t.string({
      required: true,
      description: 'Stands on the document.',
      validate: z.string().max(500),
    }),
  }),
});

builder.mutationFields((t) => ({
  creditInvoice: t.field({
    type: CreditNote,
    nullable: true,
    access: { staff: 'invoices:write', apiKey: 'invoices:write' },
    description:
      'Issues a credit note. Of an open invoice it reduces what is due; of a paid one it refunds, which also needs payments:write.',
    errors: { types: [NotFoundError, ConflictError, InvalidInputError] },
    args: { input: t.arg({ type: CreditInvoiceInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      creditInvoice(billing, viewer, {
        invoiceId: input.invoiceId.id,
        amountMinor: BigInt(input.amountMinor),
        reason: input.reason,
      }),
  }),
}));

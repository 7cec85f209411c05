/** Invoices that end without being paid: taken back, or given up. */
import type { AccessRule } from '@4geeks/billing/access/rule';
import { markInvoiceUncollectible } from '@4geeks/billing/invoice/mark-invoice-uncollectible';
import { voidInvoice } from '@4geeks/billing/invoice/void-invoice';
import { builder } from './builder.ts';
import { ConflictError, NotFoundError } from './errors.ts';
import { Invoice, invoiceAccess } from './invoice.ts';

const access = invoiceAccess;

builder.prismaObjectFields(Invoice, (t) => ({
  voidedAt: t.expose('voidedAt', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'When it was taken back.',
  }),
  uncollectibleAt: t.expose('uncollectibleAt', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'When it was given up.',
  }),
}));

const mayWrite: AccessRule = { staff: 'invoices:write', apiKey: 'invoices:write' };

const VoidInvoiceInput = builder.inputType('VoidInvoiceInput', {
  fields: (t) => ({ invoiceId: t.globalID({ for: Invoice, required: true }) }),
});

const MarkInvoiceUncollectibleInput = builder.inputType('MarkInvoiceUncollectibleInput', {
  fields: (t) => ({ invoiceId: t.globalID({ for: Invoice, required: true }) }),
});

builder.mutationFields((t) => ({
  voidInvoice: t.field({
    type: Invoice,
    nullable: true,
    access: mayWrite,
    description:
      'Takes an open invoice back: nothing is due on it any more. Refused while a payment is in flight.',
    errors: { types: [NotFoundError, ConflictError] },
    args: { input: t.arg({ type: VoidInvoiceInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      voidInvoice(billing, viewer, { invoiceId: input.invoiceId.id }),
  }),
  markInvoiceUncollectible: t.field({
    type: Invoice,
    nullable: true,
    access: mayWrite,
    description:
      'Gives up an open invoice: retries stop for good. Refused while a payment is in flight.',
    errors: { types: [NotFoundError, ConflictError] },
    args: { input: t.arg({ type: MarkInvoiceUncollectibleInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      markInvoiceUncollectible(billing, viewer, { invoiceId: input.invoiceId.id }),
  }),
}));

/** One-off invoices: drafted, filled, finalized. */
import type { AccessRule } from '@4geeks/billing/access/rule';
import { addInvoiceLine } from '@4geeks/billing/invoice/add-invoice-line';
import { createInvoice } from '@4geeks/billing/invoice/create-invoice';
import { deleteDraftInvoice } from '@4geeks/billing/invoice/delete-draft-invoice';
import { finalizeInvoice } from '@4geeks/billing/invoice/finalize-invoice';
import { removeInvoiceLine } from '@4geeks/billing/invoice/remove-invoice-line';
import { updateInvoiceLine } from '@4geeks/billing/invoice/update-invoice-line';
import { encodeGlobalID } from '@pothos/plugin-relay';
import { z } from 'zod';
import { builder } from './builder.ts';
import { Customer } from './customer.ts';
import { Deleted } from './deleted.ts';
import { ConflictError, InvalidInputError, NotFoundError } from './errors.ts';
import { Invoice, invoiceAccess, InvoiceLine } from './invoice.ts';
import { Price } from './product.ts';

const mayWrite: AccessRule = { staff: 'invoices:write', apiKey: 'invoices:write' };
const errors = { types: [NotFoundError, ConflictError, InvalidInputError] };

builder.prismaObjectFields(Invoice, (t) => ({
  memo: t.exposeString('memo', {
    access: invoiceAccess,
    nullable: true,
    description: 'A remark, printed on the document.',
  }),
}));

const CreateInvoiceInput = builder.inputType('CreateInvoiceInput', {
  fields: (t) => ({
    customerId: t.globalID({ for: Customer, required: true }),
    currency: t.field({ type: 'Currency', description: "Absent: the merchant's." }),
    memo: t.string({ description: 'Printed on the document.', validate: z.string().max(1000) }),
  }),
});

const AddInvoiceLineInput = builder.inputType('AddInvoiceLineInput', {
  fields: (t) => ({
    invoiceId: t.globalID({ for: Invoice, required: true }),
    priceId: t.globalID({
      for: Price,
      description:
        'A one-time price in the invoice’s currency: says what is sold and for how much.',
    }),
    description: t.string({
      description:
        'In the language of the customer. Required without a price; with one the name of its product.',
    }),
    quantity: t.int({ required: true, description: 'How many.' }),
    unitAmountMinor: t.field({
      type: 'SafeInt',
      description:
        'Price of one, in minor units of the invoice’s currency. Required without a price, absent with one.',
    }),
  }),
});

const UpdateInvoiceLineInput = builder.inputType('UpdateInvoiceLineInput', {
  description: 'What is absent stays as it is.',
  fields: (t) => ({
    invoiceLineId: t.globalID({ for: InvoiceLine, required: true }),
    description: t.string({ description: 'In the language of the customer.' }),
    quantity: t.int({ description: 'How many.' }),
    unitAmountMinor: t.field({
      type: 'SafeInt',
      description: 'Price of one. A line with a price keeps the amount of the price.',
    }),
  }),
});

const DeleteDraftInvoiceInput = builder.inputType('DeleteDraftInvoiceInput', {
  fields: (t) => ({ invoiceId: t.globalID({ for: Invoice, required: true }) }),
});

const RemoveInvoiceLineInput = builder.inputType('RemoveInvoiceLineInput', {
  fields: (t) => ({ invoiceLineId: t.globalID({ for: InvoiceLine, required: true }) }),
});

const FinalizeInvoiceInput = builder.inputType('FinalizeInvoiceInput', {
  fields: (t) => ({
    invoiceId: t.globalID({ for: Invoice, required: true }),
    dueAt: t.field({ type: 'DateTime', description: 'When it is to be paid. Absent: now.' }),
    collect: t.boolean({
      description: 'Whether the default payment method is charged at once. Absent: yes.',
    }),
  }),
});

builder.mutationFields((t) => ({
  createInvoice: t.field({
    type: Invoice,
    nullable: true,
    access: mayWrite,
    description: 'Begins a one-off invoice: a draft without lines.',
    errors,
    args: { input: t.arg({ type: CreateInvoiceInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      createInvoice(billing, viewer, {
        customerId: input.customerId.id,
        currency: input.currency ?? null,
        memo: input.memo ?? null,
      }),
  }),
  addInvoiceLine: t.field({
    type: Invoice,
    nullable: true,
    access: mayWrite,
    description: 'Adds a line at the end of a draft: some of a one-time price, or free text.',
    errors,
    args: { input: t.arg({ type: AddInvoiceLineInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      addInvoiceLine(billing, viewer, {
        invoiceId: input.invoiceId.id,
        priceId: input.priceId?.id ?? null,
        description: input.description ?? null,
        quantity: input.quantity,
        unitAmountMinor: input.unitAmountMinor == null ? null : BigInt(input.unitAmountMinor),
      }),
  }),
  updateInvoiceLine: t.field({
    type: Invoice,
    nullable: true,
    access: mayWrite,
    description: 'Changes a line of a draft.',
    errors,
    args: { input: t.arg({ type: UpdateInvoiceLineInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      updateInvoiceLine(billing, viewer, {
        invoiceLineId: input.invoiceLineId.id,
        description: input.description ?? null,
        quantity: input.quantity ?? null,
        unitAmountMinor: input.unitAmountMinor == null ? null : BigInt(input.unitAmountMinor),
      }),
  }),
  deleteDraftInvoice: t.field({
    type: Deleted,
    nullable: true,
    access: mayWrite,
    description:
      'Deletes a draft with its lines. What was finalized is voided or credited instead.',
    errors: { types: [NotFoundError, ConflictError] },
    args: { input: t.arg({ type: DeleteDraftInvoiceInput, required: true }) },
    resolve: async (_root, { input }, { billing, viewer }) => {
      const { id } = await deleteDraftInvoice(billing, viewer, { invoiceId: input.invoiceId.id });
      return { id: encodeGlobalID('Invoice', id) };
    },
  }),
  removeInvoiceLine: t.field({
    type: Invoice,
    nullable: true,
    access: mayWrite,
    description: 'Takes a line off a draft.',
    errors,
    args: { input: t.arg({ type: RemoveInvoiceLineInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      removeInvoiceLine(billing, viewer, { invoiceLineId: input.invoiceLineId.id }),
  }),
  finalizeInvoice: t.field({
    type: Invoice,
    nullable: true,
    access: mayWrite,
    description: 'Gives a draft its number, mails it, and collects it in the background.',
    errors,
    args: { input: t.arg({ type: FinalizeInvoiceInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      finalizeInvoice(billing, viewer, {
        invoiceId: input.invoiceId.id,
        dueAt: input.dueAt ?? null,
        collect: input.collect ?? null,
      }),
  }),
}));

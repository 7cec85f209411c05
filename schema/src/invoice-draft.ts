/** One-off invoices: drafted, filled, finalized. */
import type { AccessRule } from '@4geeks/billing/access/rule';
import { addInvoiceLine } from '@4geeks/billing/invoice/add-invoice-line';
import { createInvoice } from '@4geeks/billing/invoice/create-invoice';
import { deleteDraftInvoice } from '@4geeks/billing/invoice/delete-draft-invoice';
import { finalizeInvoice } from '@4geeks/billing/invoice/finalize-invoice';
import { updateInvoice } from '@4geeks/billing/invoice/update-invoice';
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
import { TaxRate } from './tax-rate.ts';

const mayWrite: AccessRule = { staff: 'invoices:write', apiKey: 'invoices:write' };
const errors = { types: [NotFoundError, ConflictError, InvalidInputError] };

builder.prismaObjectFields(Invoice, (t) => ({
  memo: t.exposeString('memo', {
    access: invoiceAccess,
    nullable: true,
    description: 'A remark, printed on the document.',
  }),
  footer: t.exposeString('footer', {
    access: invoiceAccess,
    nullable: true,
    description: 'The same, at the end of the document.',
  }),
  dueDays: t.exposeInt('dueDays', {
    access: { staff: 'invoices:read', apiKey: 'invoices:read' },
    nullable: true,
    description: 'On a draft: days from finalizing until it is due. Null: due at once.',
  }),
}));

const CreateInvoiceInput = builder.inputType('CreateInvoiceInput', {
  fields: (t) => ({
    customerId: t.globalID({ for: Customer, required: true }),
    currency: t.field({ type: 'Currency', description: "Absent: the merchant's." }),
    memo: t.string({ description: 'Printed on the document.', validate: z.string().max(1000) }),
    footer: t.string({ description: 'Printed at its end.', validate: z.string().max(1000) }),
  }),
});

const UpdateInvoiceInput = builder.inputType('UpdateInvoiceInput', {
  description: 'What is absent stays as it is; null: none.',
  fields: (t) => ({
    invoiceId: t.globalID({ for: Invoice, required: true }),
    memo: t.string({ description: 'Printed on the document.', validate: z.string().max(1000) }),
    footer: t.string({ description: 'Printed at its end.', validate: z.string().max(1000) }),
    dueDays: t.int({ description: 'Days from finalizing until it is due, 0 to 365.' }),
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
    taxRateId: t.globalID({
      for: TaxRate,
      description: "Absent: the price's rate, or the merchant's default. Null: not taxed.",
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
    taxRateId: t.globalID({ for: TaxRate, description: 'Null: not taxed.' }),
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
    dueAt: t.field({
      type: 'DateTime',
      description:
        'When it is to be paid. Absent: as many days from now as the draft says, else now.',
    }),
    collect: t.boolean({
      description: 'Whether the default payment method is charged at once. Absent: yes.',
    }),
  }),
});

/** Absent and null are not the same. */
function chosenTaxRate({ taxRateId }: { taxRateId?: { id: string } | null }) {
  return taxRateId === undefined ? {} : { taxRateId: taxRateId?.id ?? null };
}

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
        footer: input.footer ?? null,
      }),
  }),
  updateInvoice: t.field({
    type: Invoice,
    nullable: true,
    access: mayWrite,
    description: 'Changes what a draft says beside its lines.',
    errors,
    args: { input: t.arg({ type: UpdateInvoiceInput, required: true }) },
    resolve: (_root, { input: { invoiceId, ...changes } }, { billing, viewer }) =>
      updateInvoice(billing, viewer, { ...changes, invoiceId: invoiceId.id }),
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
        ...chosenTaxRate(input),
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
        ...chosenTaxRate(input),
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

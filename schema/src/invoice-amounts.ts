/** How an invoice's total comes about: discounts, and tax. */
import { taxesOfLines, type InvoiceTax as Tax } from '@4geeks/billing/invoice/taxes-of-lines';
import { type TaxExemption as exemptions } from '@4geeks/prisma';
import { builder } from './builder.ts';
import { described } from './described.ts';
import { Customer, customerAccess } from './customer.ts';
import { Invoice, invoiceAccess, InvoiceLine } from './invoice.ts';
import { Money } from './money.ts';

const access = invoiceAccess;

export const TaxExemption = builder.enumType('TaxExemption', {
  description: 'Whether tax is charged, and if not, why.',
  values: described<exemptions>({
    NONE: 'Taxed as usual.',
    EXEMPT: 'Not taxed.',
    REVERSE_CHARGE:
      'Not taxed: the recipient owes the tax to their own state, and the document says so.',
  }),
});

builder.prismaObjectFields(Customer, (t) => ({
  taxExemption: t.expose('taxExemption', {
    type: TaxExemption,
    access: customerAccess,
    description: 'Whether they are charged tax, from the next invoice on.',
  }),
}));

const InvoiceTax = builder.objectRef<Tax & { currency: string }>('InvoiceTax').implement({
  description: 'What one tax comes to on an invoice.',
  access: 'inherits',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'As printed.' }),
    ratePpm: t.exposeInt('ratePpm', { description: 'Parts per million: 210000 is 21 %.' }),
    inclusive: t.exposeBoolean('inclusive', {
      description: 'true: the prices contain it; false: it is added to them.',
    }),
    taxable: t.field({
      type: Money,
      description: 'What it is of: after discounts, without the tax.',
      resolve: ({ taxableMinor, currency }) => ({ amountMinor: taxableMinor, currency }),
    }),
    amount: t.field({
      type: Money,
      description: 'The tax.',
      resolve: ({ taxMinor, currency }) => ({ amountMinor: taxMinor, currency }),
    }),
  }),
});

builder.prismaObject('InvoiceDiscount', {
  description: 'What one coupon took off an invoice.',
  access: 'inherits',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'As printed.' }),
    percentOffBps: t.exposeInt('percentOffBps', {
      nullable: true,
      description: 'Basis points: 2500 is 25 %. Null where it took off an amount.',
    }),
    amount: t.field({
      type: Money,
      description: 'How much it took, before tax is added.',
      select: { invoice: { select: { currency: true } } },
      resolve: ({ amountMinor, invoice: { currency } }) => ({ amountMinor, currency }),
    }),
  }),
});

builder.prismaObjectFields(Invoice, (t) => ({
  discount: t.field({
    type: Money,
    access,
    description: 'Taken off the subtotal by all discounts.',
    select: { discountMinor: true, currency: true },
    resolve: ({ discountMinor, currency }) => ({ amountMinor: discountMinor, currency }),
  }),
  discounts: t.relation('discounts', {
    access,
    description: 'What each discount took, in that order.',
    query: { orderBy: { position: 'asc' } },
  }),
  taxIncluded: t.field({
    type: Money,
    access,
    description: 'The part of the tax that the prices contain: the total has it already.',
    select: { taxIncludedMinor: true, currency: true },
    resolve: ({ taxIncludedMinor, currency }) => ({ amountMinor: taxIncludedMinor, currency }),
  }),
  taxes: t.field({
    type: [InvoiceTax],
    access,
    description: 'Each tax on its lines, in the order of the document.',
    select: { currency: true, lines: { orderBy: { position: 'asc' } } },
    resolve: ({ lines, currency }) => taxesOfLines(lines).map((tax) => ({ ...tax, currency })),
  }),
  taxExemption: t.expose('taxExemption', {
    type: TaxExemption,
    access,
    description: 'Why it has no tax, as of when it was finalized.',
  }),
  customerTaxId: t.exposeString('customerTaxId', {
    access,
    nullable: true,
    description: 'Tax id of the customer, as of when it was finalized.',
  }),
}));

builder.prismaObjectFields(InvoiceLine, (t) => ({
  discount: t.field({
    type: Money,
    access,
    description: 'Its part of the discounts; negative where the line is credited.',
    select: { invoice: { select: { currency: true } } },
    resolve: ({ discountMinor, invoice }) => ({
      amountMinor: discountMinor,
      currency: invoice.currency,
    }),
  }),
  tax: t.field({
    type: Money,
    access,
    description: 'Tax on what is left; negative where the line is credited.',
    select: { invoice: { select: { currency: true } } },
    resolve: ({ taxMinor, invoice }) => ({ amountMinor: taxMinor, currency: invoice.currency }),
  }),
  taxName: t.exposeString('taxName', {
    access,
    nullable: true,
    description: 'As printed. Null: not taxed.',
  }),
  taxRatePpm: t.exposeInt('taxRatePpm', {
    access,
    nullable: true,
    description: 'Parts per million: 210000 is 21 %. Null: not taxed.',
  }),
  taxInclusive: t.exposeBoolean('taxInclusive', {
    access,
    description: 'Whether the amount contains the tax.',
  }),
}));

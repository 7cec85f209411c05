/** What staff and integrators keep of a customer, and how they change it. */
import type { AccessRule } from '@4geeks/billing/access/rule';
import { createCustomer } from '@4geeks/billing/customer/create-customer';
import { updateCustomer } from '@4geeks/billing/customer/update-customer';
import { builder } from './builder.ts';
import { Customer, customerAccess } from './customer.ts';
import { InvalidInputError, NotFoundError } from './errors.ts';
import { TaxExemption } from './invoice-amounts.ts';
import { Locale } from './money.ts';

const mayWrite: AccessRule = { staff: 'customers:write', apiKey: 'customers:write' };

builder.prismaObjectFields(Customer, (t) => ({
  address: t.exposeString('address', {
    access: customerAccess,
    description: 'Postal address, lines separated by newlines. May be empty.',
  }),
  country: t.exposeString('country', {
    access: customerAccess,
    nullable: true,
    description: 'ISO 3166-1 alpha-2: ES.',
  }),
  taxId: t.exposeString('taxId', {
    access: customerAccess,
    nullable: true,
    description: 'As it stands on documents.',
  }),
}));

const CreateCustomerInput = builder.inputType('CreateCustomerInput', {
  fields: (t) => ({
    name: t.string({ required: true, description: 'Full name or company.' }),
    email: t.field({
      type: 'EmailAddress',
      required: true,
      description: 'Where mails go and what the customer signs in with. Several may share one.',
    }),
    locale: t.field({
      type: Locale,
      required: true,
      description: 'The language of mails and documents for them.',
    }),
    address: t.string({ description: 'Postal address, lines separated by newlines.' }),
    country: t.string({ description: 'ISO 3166-1 alpha-2, upper case.' }),
    taxId: t.string({ description: 'As it is to stand on documents.' }),
    taxExemption: t.field({ type: TaxExemption, description: 'Default NONE.' }),
  }),
});

const UpdateCustomerInput = builder.inputType('UpdateCustomerInput', {
  description: 'What is absent stays as it is.',
  fields: (t) => ({
    customerId: t.globalID({ for: Customer, required: true }),
    name: t.string({ description: 'Full name or company.' }),
    email: t.field({
      type: 'EmailAddress',
      description: 'A new one signs out whoever signed in to the portal with the old one.',
    }),
    locale: t.field({ type: Locale, description: 'The language of mails and documents for them.' }),
    address: t.string({ description: 'Empty: none.' }),
    country: t.string({ description: 'ISO 3166-1 alpha-2, upper case. Empty: none.' }),
    taxId: t.string({ description: 'Empty: none.' }),
    taxExemption: t.field({
      type: TaxExemption,
      description: 'Whether they are charged tax, from the next invoice on.',
    }),
  }),
});

builder.mutationFields((t) => ({
  createCustomer: t.field({
    type: Customer,
    nullable: true,
    access: mayWrite,
    description: 'Adds a customer. Mails go to the address from then on.',
    errors: { types: [InvalidInputError] },
    args: { input: t.arg({ type: CreateCustomerInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) => createCustomer(billing, viewer, input),
  }),
  updateCustomer: t.field({
    type: Customer,
    nullable: true,
    access: mayWrite,
    description: 'Changes what is kept of a customer. Issued invoices stay as they are.',
    errors: { types: [NotFoundError, InvalidInputError] },
    args: { input: t.arg({ type: UpdateCustomerInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      updateCustomer(billing, viewer, { ...input, customerId: input.customerId.id }),
  }),
}));

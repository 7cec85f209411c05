/** Tax rates: what the merchant's lines are taxed by, and who is not. */
import type { AccessRule } from '@4geeks/billing/access/rule';
import { taxRatesVisibleTo } from '@4geeks/billing/tax/access';
import { setPriceTaxRate } from '@4geeks/billing/product/set-price-tax-rate';
import { archiveTaxRate } from '@4geeks/billing/tax/archive-tax-rate';
import { createTaxRate } from '@4geeks/billing/tax/create-tax-rate';
import { setDefaultTaxRate } from '@4geeks/billing/tax/set-default-tax-rate';
import { updateTaxRate } from '@4geeks/billing/tax/update-tax-rate';
import { addNode } from './access/noun.ts';
import { builder } from './builder.ts';
import { ConflictError, InvalidInputError, NotFoundError } from './errors.ts';
import { InvoiceLine } from './invoice.ts';
import { Merchant } from './merchant.ts';
import { Price, whereArchived } from './product.ts';

const access: AccessRule = { staff: 'products:read', apiKey: 'products:read' };
const mayWrite: AccessRule = { staff: 'products:write', apiKey: 'products:write' };

export const TaxRate = builder.prismaObject('TaxRate', {
  description: 'A tax at a rate. Rate and kind never change: make a new one and archive the old.',
  access,
});

addNode(TaxRate, { model: 'taxRate', access, visibleTo: taxRatesVisibleTo });

builder.prismaObjectFields(TaxRate, (t) => ({
  name: t.exposeString('name', { access, description: 'As printed: IVA, MwSt., Sales tax.' }),
  ratePpm: t.exposeInt('ratePpm', {
    access,
    description: 'Parts per million: 210000 is 21 %, 88750 is 8.875 %.',
  }),
  inclusive: t.exposeBoolean('inclusive', {
    access,
    description: 'true: prices contain it; false: it is added to them.',
  }),
  country: t.exposeString('country', {
    access,
    nullable: true,
    description: 'Where it is levied, for reports; ISO 3166-1 alpha-2. Chooses nothing.',
  }),
  region: t.exposeString('region', {
    access,
    nullable: true,
    description: 'A part of that country.',
  }),
  isDefault: t.exposeBoolean('isDefault', {
    access,
    description: 'Whether it taxes what has no rate of its own.',
  }),
  archivedAt: t.expose('archivedAt', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'Since when it is not to be chosen. What has it goes on being taxed by it.',
  }),
  createdAt: t.expose('createdAt', { type: 'DateTime', access, description: 'When it was made.' }),
}));

builder.prismaObjectFields(Merchant, (t) => ({
  defaultTaxRate: t.field({
    type: TaxRate,
    access,
    nullable: true,
    description: 'Taxes what has no rate of its own. Null: that is not taxed.',
    select: (_args, _context, nested) => ({
      taxRates: nested({ where: { isDefault: true }, take: 1 }),
    }),
    resolve: ({ taxRates }) => taxRates[0] ?? null,
  }),
}));

const rateOf = { access, nullable: true } as const;

builder.prismaObjectFields(Price, (t) => ({
  taxRate: t.relation('taxRate', {
    ...rateOf,
    description: "Taxes it in place of the merchant's default. Null: the default does.",
  }),
}));

builder.prismaObjectFields(InvoiceLine, (t) => ({
  taxRate: t.relation('taxRate', {
    ...rateOf,
    description:
      'On a draft the rate chosen for the line; afterwards the one it was taxed by. Null: not taxed, or by a rate of a tax service.',
  }),
}));

builder.queryFields((t) => ({
  taxRates: t.prismaConnection({
    type: TaxRate,
    cursor: 'id',
    nullable: true,
    access,
    description: "The merchant's tax rates, newest first.",
    args: {
      archived: t.arg.boolean({
        description: 'true: only archived ones; false: only the others. Absent: all.',
      }),
    },
    totalCount: (_root, { archived }, { billing, viewer }) =>
      billing.database.taxRate.count({
        where: { AND: [whereArchived(archived), taxRatesVisibleTo(viewer)] },
      }),
    resolve: (query, _root, { archived }, { billing, viewer }) =>
      billing.database.taxRate.findMany({
        ...query,
        where: { AND: [whereArchived(archived), taxRatesVisibleTo(viewer)] },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      }),
  }),
}));

const CreateTaxRateInput = builder.inputType('CreateTaxRateInput', {
  fields: (t) => ({
    name: t.string({ required: true, description: 'As printed; at most 50 characters.' }),
    ratePpm: t.int({ required: true, description: 'Parts per million, 0 to 1000000.' }),
    inclusive: t.boolean({ required: true, description: 'Whether prices contain it.' }),
    country: t.string({ description: 'ISO 3166-1 alpha-2, upper case.' }),
    region: t.string({ description: 'A part of that country.' }),
  }),
});

const UpdateTaxRateInput = builder.inputType('UpdateTaxRateInput', {
  fields: (t) => ({
    taxRateId: t.globalID({ for: TaxRate, required: true }),
    name: t.string({ required: true, description: 'As printed; at most 50 characters.' }),
  }),
});

const ArchiveTaxRateInput = builder.inputType('ArchiveTaxRateInput', {
  fields: (t) => ({ taxRateId: t.globalID({ for: TaxRate, required: true }) }),
});

const SetDefaultTaxRateInput = builder.inputType('SetDefaultTaxRateInput', {
  fields: (t) => ({
    taxRateId: t.globalID({
      for: TaxRate,
      description: 'Absent or null: what has no rate of its own is not taxed.',
    }),
  }),
});

const SetPriceTaxRateInput = builder.inputType('SetPriceTaxRateInput', {
  fields: (t) => ({
    priceId: t.globalID({ for: Price, required: true }),
    taxRateId: t.globalID({
      for: TaxRate,
      description: "Absent or null: the merchant's default.",
    }),
  }),
});

builder.mutationFields((t) => ({
  createTaxRate: t.field({
    type: TaxRate,
    nullable: true,
    access: mayWrite,
    description: 'Adds a tax rate. It taxes nothing until it is chosen.',
    errors: { types: [InvalidInputError] },
    args: { input: t.arg({ type: CreateTaxRateInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) => createTaxRate(billing, viewer, input),
  }),
  updateTaxRate: t.field({
    type: TaxRate,
    nullable: true,
    access: mayWrite,
    description: 'Gives a tax rate another name. Issued invoices keep the old one.',
    errors: { types: [NotFoundError, InvalidInputError] },
    args: { input: t.arg({ type: UpdateTaxRateInput, required: true }) },
    resolve: (_root, { input: { taxRateId, name } }, { billing, viewer }) =>
      updateTaxRate(billing, viewer, { taxRateId: taxRateId.id, name }),
  }),
  archiveTaxRate: t.field({
    type: TaxRate,
    nullable: true,
    access: mayWrite,
    description: 'Nobody chooses it from now on. Refused for the default.',
    errors: { types: [NotFoundError, ConflictError] },
    args: { input: t.arg({ type: ArchiveTaxRateInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      archiveTaxRate(billing, viewer, { taxRateId: input.taxRateId.id }),
  }),
  setPriceTaxRate: t.field({
    type: Price,
    nullable: true,
    access: mayWrite,
    description:
      'Decides what a price is taxed by, from the next invoice on; subscriptions that have it, too.',
    errors: { types: [NotFoundError] },
    args: { input: t.arg({ type: SetPriceTaxRateInput, required: true }) },
    resolve: (_root, { input: { priceId, taxRateId } }, { billing, viewer }) =>
      setPriceTaxRate(billing, viewer, { priceId: priceId.id, taxRateId: taxRateId?.id ?? null }),
  }),
  setDefaultTaxRate: t.field({
    type: Merchant,
    nullable: true,
    access: { staff: 'merchant:write', apiKey: 'merchant:write' },
    description:
      'Decides what taxes everything without a rate of its own, from the next invoice on.',
    errors: { types: [NotFoundError] },
    args: { input: t.arg({ type: SetDefaultTaxRateInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      setDefaultTaxRate(billing, viewer, { taxRateId: input.taxRateId?.id ?? null }),
  }),
}));

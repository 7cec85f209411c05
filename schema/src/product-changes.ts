/** What staff and integrators do to products and prices: create, edit, archive. */
import type { AccessRule } from '@4geeks/billing/access/rule';
import { archivePrice } from '@4geeks/billing/product/archive-price';
import { archiveProduct } from '@4geeks/billing/product/archive-product';
import { createPrice } from '@4geeks/billing/product/create-price';
import { createProduct } from '@4geeks/billing/product/create-product';
import { deleteProduct } from '@4geeks/billing/product/delete-product';
import { unarchivePrice } from '@4geeks/billing/product/unarchive-price';
import { unarchiveProduct } from '@4geeks/billing/product/unarchive-product';
import { updatePrice } from '@4geeks/billing/product/update-price';
import { updateProduct } from '@4geeks/billing/product/update-product';
import { encodeGlobalID } from '@pothos/plugin-relay';
import { z } from 'zod';
import { builder } from './builder.ts';
import { Deleted } from './deleted.ts';
import { ConflictError, InvalidInputError, NotFoundError } from './errors.ts';
import { Locale } from './money.ts';
import { Price, PriceType, Product } from './product.ts';
import { BillingInterval } from './subscription.ts';
import { TaxRate } from './tax-rate.ts';

const mayWrite: AccessRule = { staff: 'products:write', apiKey: 'products:write' };

const ProductTranslationInput = builder.inputType('ProductTranslationInput', {
  description: 'What a product is called in one language.',
  fields: (t) => ({
    locale: t.field({ type: Locale, required: true, description: 'The language.' }),
    name: t.string({ required: true, description: 'At most 200 characters.' }),
    description: t.string({ description: 'At most 2000 characters.' }),
  }),
});

const fewTranslations = z.array(z.any()).max(20);

const CreateProductInput = builder.inputType('CreateProductInput', {
  fields: (t) => ({
    name: t.string({ required: true, description: 'At most 200 characters.' }),
    description: t.string({ description: 'At most 2000 characters.' }),
    translations: t.field({
      type: [ProductTranslationInput],
      description: 'What customers read instead, each language once.',
      validate: fewTranslations,
    }),
  }),
});

const UpdateProductInput = builder.inputType('UpdateProductInput', {
  description: 'What is absent stays as it is.',
  fields: (t) => ({
    productId: t.globalID({ for: Product, required: true }),
    name: t.string({ description: 'At most 200 characters.' }),
    description: t.string({ description: 'At most 2000 characters.' }),
    translations: t.field({
      type: [ProductTranslationInput],
      description: 'All of them from then on: a language that is not named goes.',
      validate: fewTranslations,
    }),
  }),
});

const productInput = (name: string) =>
  builder.inputType(name, {
    fields: (t) => ({ productId: t.globalID({ for: Product, required: true }) }),
  });
const ArchiveProductInput = productInput('ArchiveProductInput');
const UnarchiveProductInput = productInput('UnarchiveProductInput');
const DeleteProductInput = productInput('DeleteProductInput');

const CreatePriceInput = builder.inputType('CreatePriceInput', {
  fields: (t) => ({
    productId: t.globalID({ for: Product, required: true }),
    type: t.field({ type: PriceType, description: 'Default RECURRING.' }),
    currency: t.field({ type: 'Currency', required: true, description: 'What it is paid in.' }),
    unitAmountMinor: t.field({
      type: 'SafeInt',
      required: true,
      description: 'Of one unit, in minor units of the currency. Zero: free.',
    }),
    interval: t.field({ type: BillingInterval, description: 'Required where it recurs.' }),
    intervalCount: t.int({ description: 'Intervals in one period, 1 to 1000. Default 1.' }),
    trialDays: t.int({ description: 'Days before the first charge, 0 to 730. Default 0.' }),
    nickname: t.string({
      description: 'For staff, to tell prices apart; at most 100 characters.',
    }),
    taxRateId: t.globalID({ for: TaxRate, description: "Absent: the merchant's default." }),
  }),
});

const UpdatePriceInput = builder.inputType('UpdatePriceInput', {
  fields: (t) => ({
    priceId: t.globalID({ for: Price, required: true }),
    nickname: t.string({ description: 'At most 100 characters. Null: none.' }),
  }),
});

const priceInput = (name: string) =>
  builder.inputType(name, {
    fields: (t) => ({ priceId: t.globalID({ for: Price, required: true }) }),
  });
const ArchivePriceInput = priceInput('ArchivePriceInput');
const UnarchivePriceInput = priceInput('UnarchivePriceInput');

builder.mutationFields((t) => ({
  createProduct: t.field({
    type: Product,
    nullable: true,
    access: mayWrite,
    description: 'Adds a product. It is sold once it has a price.',
    errors: { types: [InvalidInputError] },
    args: { input: t.arg({ type: CreateProductInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) => createProduct(billing, viewer, input),
  }),
  updateProduct: t.field({
    type: Product,
    nullable: true,
    access: mayWrite,
    description: 'Changes name, description or translations. Issued invoices keep their text.',
    errors: { types: [NotFoundError, InvalidInputError] },
    args: { input: t.arg({ type: UpdateProductInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      updateProduct(billing, viewer, { ...input, productId: input.productId.id }),
  }),
  archiveProduct: t.field({
    type: Product,
    nullable: true,
    access: mayWrite,
    description:
      'Takes it with all its prices off sale: nothing new is begun with them, subscriptions that have them go on.',
    errors: { types: [NotFoundError] },
    args: { input: t.arg({ type: ArchiveProductInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      archiveProduct(billing, viewer, { productId: input.productId.id }),
  }),
  unarchiveProduct: t.field({
    type: Product,
    nullable: true,
    access: mayWrite,
    description:
      'Puts it on sale again, with those of its prices that are not archived themselves.',
    errors: { types: [NotFoundError] },
    args: { input: t.arg({ type: UnarchiveProductInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      unarchiveProduct(billing, viewer, { productId: input.productId.id }),
  }),
  deleteProduct: t.field({
    type: Deleted,
    nullable: true,
    access: mayWrite,
    description: 'Deletes a product that was never sold, with its prices.',
    errors: { types: [NotFoundError, ConflictError] },
    args: { input: t.arg({ type: DeleteProductInput, required: true }) },
    resolve: async (_root, { input }, { billing, viewer }) => {
      const { id } = await deleteProduct(billing, viewer, { productId: input.productId.id });
      return { id: encodeGlobalID('Product', id) };
    },
  }),
  createPrice: t.field({
    type: Price,
    nullable: true,
    access: mayWrite,
    description: 'Adds a price to a product. Its terms never change.',
    errors: { types: [NotFoundError, ConflictError, InvalidInputError] },
    args: { input: t.arg({ type: CreatePriceInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      createPrice(billing, viewer, {
        ...input,
        productId: input.productId.id,
        taxRateId: input.taxRateId?.id ?? null,
        unitAmountMinor: BigInt(input.unitAmountMinor),
      }),
  }),
  updatePrice: t.field({
    type: Price,
    nullable: true,
    access: mayWrite,
    description: 'Changes what staff call it; its terms do not change.',
    errors: { types: [NotFoundError, InvalidInputError] },
    args: { input: t.arg({ type: UpdatePriceInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      updatePrice(billing, viewer, {
        priceId: input.priceId.id,
        nickname: input.nickname ?? null,
      }),
  }),
  archivePrice: t.field({
    type: Price,
    nullable: true,
    access: mayWrite,
    description: 'Takes it off sale: nobody may choose it, subscriptions that have it go on.',
    errors: { types: [NotFoundError] },
    args: { input: t.arg({ type: ArchivePriceInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      archivePrice(billing, viewer, { priceId: input.priceId.id }),
  }),
  unarchivePrice: t.field({
    type: Price,
    nullable: true,
    access: mayWrite,
    description: 'Puts it on sale again, unless its product is archived.',
    errors: { types: [NotFoundError] },
    args: { input: t.arg({ type: UnarchivePriceInput, required: true }) },
    resolve: (_root, { input }, { billing, viewer }) =>
      unarchivePrice(billing, viewer, { priceId: input.priceId.id }),
  }),
}));

/** Products and prices: what a merchant sells, and for how much. */
import type { AccessRule } from '@4geeks/billing/access/rule';
import { productsVisibleTo } from '@4geeks/billing/product/access';
import { type PriceType as priceTypes } from '@4geeks/prisma';
import { addNode } from './access/noun.ts';
import { builder } from './builder.ts';
import { described } from './described.ts';
import { InvoiceLine } from './invoice.ts';
import { Locale, Money } from './money.ts';
import { BillingInterval, SubscriptionItem } from './subscription.ts';

const access: AccessRule = { staff: 'products:read', apiKey: 'products:read' };

export const PriceType = builder.enumType('PriceType', {
  description: 'How often a price is paid.',
  values: described<priceTypes>({
    ONE_TIME: 'Paid once, by a line of an invoice.',
    RECURRING: 'Paid every period, by a subscription.',
  }),
});

export const Product = builder.prismaObject('Product', {
  description: 'Something a merchant sells. Its prices say for how much.',
  access,
});

export const Price = builder.prismaObject('Price', {
  description:
    'What one unit of a product costs. Terms never change: make a new price and archive the old one.',
  access,
});

addNode(Product, { model: 'product', access, visibleTo: productsVisibleTo });
addNode(Price, { model: 'price', access, visibleTo: productsVisibleTo });

const newestFirst = [{ createdAt: 'desc' as const }, { id: 'desc' as const }];

const archivedArg = {
  description: 'true: only archived ones; false: only the others. Absent: all.',
} as const;

export function whereArchived(archived: boolean | null | undefined) {
  return archived == null ? {} : { archivedAt: archived ? { not: null } : null };
}

builder.prismaObjectFields(Product, (t) => ({
  name: t.exposeString('name', {
    access,
    description:
      'In the language of the merchant; what customers read where nothing is translated.',
  }),
  description: t.exposeString('description', { access, description: 'What it is. May be empty.' }),
  translations: t.relation('translations', {
    access,
    description: 'What customers read instead, by language.',
    query: { orderBy: { locale: 'asc' } },
  }),
  archivedAt: t.expose('archivedAt', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'Since when neither it nor its prices are sold. Null while they are.',
  }),
  createdAt: t.expose('createdAt', { type: 'DateTime', access, description: 'When it was made.' }),
  prices: t.relatedConnection('prices', {
    cursor: 'id',
    access,
    nullable: true,
    description: 'Its prices, newest first.',
    args: { archived: t.arg.boolean(archivedArg) },
    query: ({ archived }) => ({ where: whereArchived(archived), orderBy: newestFirst }),
  }),
}));

builder.prismaObject('ProductTranslation', {
  description: 'What a product is called in one language.',
  access: 'inherits',
  fields: (t) => ({
    locale: t.expose('locale', { type: Locale, description: 'The language.' }),
    name: t.exposeString('name', { description: 'Its name there: on invoices, too.' }),
    description: t.exposeString('description', { description: 'What it is. May be empty.' }),
  }),
});

builder.prismaObjectFields(Price, (t) => ({
  product: t.relation('product', { access, nullable: true, description: 'What it is for.' }),
  nickname: t.exposeString('nickname', {
    access,
    nullable: true,
    description: 'What staff call it. Customers never see it.',
  }),
  type: t.expose('type', { type: PriceType, access, description: 'Paid once, or every period.' }),
  unitAmount: t.field({
    type: Money,
    access,
    description: 'Of one unit, and one period where it recurs; before tax.',
    resolve: ({ unitAmountMinor, currency }) => ({ amountMinor: unitAmountMinor, currency }),
  }),
  interval: t.expose('interval', {
    type: BillingInterval,
    access,
    nullable: true,
    description: 'Unit of its period. Null where it is paid once.',
  }),
  intervalCount: t.exposeInt('intervalCount', {
    access,
    nullable: true,
    description: 'Units in one period. Null where it is paid once.',
  }),
  trialDays: t.exposeInt('trialDays', {
    access,
    description: 'Days before the first charge, where a subscription says nothing else.',
  }),
  archivedAt: t.expose('archivedAt', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'Since when it is not sold. Null where it is not archived itself.',
  }),
  isOnSale: t.boolean({
    access,
    description: 'Whether it can be chosen: neither it nor its product is archived.',
    select: { product: { select: { archivedAt: true } } },
    resolve: ({ archivedAt, product }) => archivedAt === null && product.archivedAt === null,
  }),
  createdAt: t.expose('createdAt', { type: 'DateTime', access, description: 'When it was made.' }),
}));

const soldFor = {
  access,
  nullable: true,
  description: 'The price it is billed by.',
} as const;

builder.prismaObjectFields(SubscriptionItem, (t) => ({ price: t.relation('price', soldFor) }));
builder.prismaObjectFields(InvoiceLine, (t) => ({
  price: t.relation('price', {
    ...soldFor,
    description: 'The price it is billed by. Null on a line of free text.',
  }),
}));

builder.queryFields((t) => ({
  products: t.prismaConnection({
    type: Product,
    cursor: 'id',
    nullable: true,
    access,
    description: "The merchant's products, newest first.",
    args: { archived: t.arg.boolean(archivedArg) },
    totalCount: (_root, { archived }, { billing, viewer }) =>
      billing.database.product.count({
        where: { AND: [whereArchived(archived), productsVisibleTo(viewer)] },
      }),
    resolve: (query, _root, { archived }, { billing, viewer }) =>
      billing.database.product.findMany({
        ...query,
        where: { AND: [whereArchived(archived), productsVisibleTo(viewer)] },
        orderBy: newestFirst,
      }),
  }),
  prices: t.prismaConnection({
    type: Price,
    cursor: 'id',
    nullable: true,
    access,
    description: "All of the merchant's prices, newest first.",
    args: { archived: t.arg.boolean(archivedArg) },
    totalCount: (_root, { archived }, { billing, viewer }) =>
      billing.database.price.count({
        where: { AND: [whereArchived(archived), productsVisibleTo(viewer)] },
      }),
    resolve: (query, _root, { archived }, { billing, viewer }) =>
      billing.database.price.findMany({
        ...query,
        where: { AND: [whereArchived(archived), productsVisibleTo(viewer)] },
        orderBy: newestFirst,
      }),
  }),
}));

/** One payment, invoice or subscription, live: its state, and again whenever it is another. */
import { nothing, ownedRowsVisibleTo } from '@4geeks/billing/customer/access';
import { invoicesVisibleTo } from '@4geeks/billing/invoice/access';
import { paymentsVisibleTo } from '@4geeks/billing/payment/access';
import { subscriptionsVisibleTo } from '@4geeks/billing/subscription/access';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { Invoice, invoiceAccess } from './invoice.ts';
import { liveEvents } from './live/live-events.ts';
import { Payment, paymentAccess } from './payment.ts';
import { Subscription, subscriptionAccess } from './subscription.ts';

type Owner = { merchantId: string; customerId: string } | null;

/**
 * What is said of a noun changes with what happens to its customer (an invoice with its payments and
 * credit notes), and what a customer may read with the portal's settings. A message that would be
 * like the one before is not sent.
 */
function changesOf(owner: Owner, { subscribe }: Context) {
  return liveEvents(
    subscribe,
    owner
      ? [
          { kind: 'customer', merchantId: owner.merchantId, customerId: owner.customerId },
          { kind: 'portal', merchantId: owner.merchantId },
        ]
      : [],
    { distinct: true },
  );
}

/** The row if it is the viewer's at all: whether it is to be seen now is decided at each message. */
function owned(id: string, { viewer }: Context) {
  const rows = ownedRowsVisibleTo(viewer);
  return {
    where: 'merchantId' in rows ? { id, ...rows } : nothing,
    select: { merchantId: true, customerId: true },
  } as const;
}

builder.subscriptionFields((t) => ({
  paymentChanged: t.prismaField({
    type: Payment,
    nullable: true,
    access: paymentAccess,
    description:
      'A payment, again whenever what was asked of it changes. Null while there is no such payment to see.',
    args: { paymentId: t.arg.globalID({ for: Payment, required: true }) },
    subscribe: async (_root, { paymentId }, context) =>
      changesOf(
        await context.billing.database.payment.findFirst(owned(paymentId.id, context)),
        context,
      ),
    resolve: (query, _event, { paymentId }, { billing, viewer }) =>
      billing.database.payment.findFirst({
        ...query,
        where: { AND: [{ id: paymentId.id }, paymentsVisibleTo(viewer)] },
      }),
  }),
  invoiceChanged: t.prismaField({
    type: Invoice,
    nullable: true,
    access: invoiceAccess,
    description:
      'An invoice, again whenever what was asked of it changes. Null while there is no such invoice to see.',
    args: { invoiceId: t.arg.globalID({ for: Invoice, required: true }) },
    subscribe: async (_root, { invoiceId }, context) =>
      changesOf(
        await context.billing.database.invoice.findFirst(owned(invoiceId.id, context)),
        context,
      ),
    resolve: (query, _event, { invoiceId }, { billing, viewer }) =>
      billing.database.invoice.findFirst({
        ...query,
        where: { AND: [{ id: invoiceId.id }, invoicesVisibleTo(viewer)] },
      }),
  }),
  subscriptionChanged: t.prismaField({
    type: Subscription,
    nullable: true,
    access: subscriptionAccess,
    description:
      'A subscription, again whenever what was asked of it changes. Null while there is no such subscription to see.',
    args: { subscriptionId: t.arg.globalID({ for: Subscription, required: true }) },
    subscribe: async (_root, { subscriptionId }, context) =>
      changesOf(
        await context.billing.database.subscription.findFirst(owned(subscriptionId.id, context)),
        context,
      ),
    resolve: (query, _event, { subscriptionId }, { billing, viewer }) =>
      billing.database.subscription.findFirst({
        ...query,
        where: { AND: [{ id: subscriptionId.id }, subscriptionsVisibleTo(viewer)] },
      }),
  }),
}));

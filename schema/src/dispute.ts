/** Disputes: payments that the payer's bank takes back, or tries to. */
import type { AccessRule } from '@4geeks/billing/access/rule';
import { disputesVisibleTo } from '@4geeks/billing/dispute/access';
import { DisputeStatus as statuses } from '@4geeks/prisma';
import { addNode } from './access/noun.ts';
import { builder } from './builder.ts';
import { Money } from './money.ts';
import { Payment, paymentAccess } from './payment.ts';

/** Between merchant and banks: the customer's side of it is their bank's. */
export const disputeAccess: AccessRule = { staff: 'payments:read', apiKey: 'payments:read' };
const access = disputeAccess;

const DisputeStatus = builder.enumType('DisputeStatus', {
  description: 'How a dispute stands.',
  values: {
    [statuses.OPEN]: { description: 'The bank holds the money until it is decided.' },
    [statuses.WON]: { description: 'The money stays.' },
    [statuses.LOST]: { description: 'The money went back. So ends a debit that was returned.' },
  } as const,
});

const Dispute = builder.prismaObject('Dispute', {
  description:
    "The payer's bank takes a payment back, or tries to. The invoice stays paid; what is disputed or lost cannot be refunded.",
  access,
});

addNode(Dispute, { model: 'dispute', access, visibleTo: disputesVisibleTo });

builder.prismaObjectFields(Dispute, (t) => ({
  status: t.expose('status', { type: DisputeStatus, access, description: 'How it stands.' }),
  amount: t.field({
    type: Money,
    access,
    description: 'What is disputed.',
    resolve: ({ amountMinor, currency }) => ({ amountMinor, currency }),
  }),
  reason: t.exposeString('reason', {
    access,
    description: 'Stable code of the network: fraudulent, debit_not_authorized.',
  }),
  respondBy: t.expose('respondBy', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'Until when it may be answered. Null where there is nothing to answer.',
  }),
  respondUrl: t.field({
    type: 'URL',
    access,
    nullable: true,
    description: 'Where it is answered, at the gateway. Null once it is closed.',
    select: { respondUrl: true, status: true },
    resolve: ({ respondUrl, status }) =>
      respondUrl === null || status !== 'OPEN' ? null : new URL(respondUrl),
  }),
  openedAt: t.expose('openedAt', {
    type: 'DateTime',
    access,
    description: 'When the bank opened it.',
  }),
  closedAt: t.expose('closedAt', {
    type: 'DateTime',
    access,
    nullable: true,
    description: 'When it was decided.',
  }),
  payment: t.relation('payment', {
    access: paymentAccess,
    nullable: true,
    description: 'What is disputed.',
  }),
}));

builder.prismaObjectFields(Payment, (t) => ({
  disputes: t.relation('disputes', {
    access,
    nullable: true,
    description: 'Disputes of it, newest first. Not for customers.',
    query: { orderBy: [{ openedAt: 'desc' }, { id: 'desc' }] },
  }),
}));

builder.queryFields((t) => ({
  disputes: t.prismaConnection({
    type: Dispute,
    cursor: 'id',
    nullable: true,
    access,
    description: "The merchant's disputes, newest first.",
    args: { status: t.arg({ type: DisputeStatus, description: 'Only those that stand so.' }) },
    totalCount: (_root, { status }, { billing, viewer }) =>
      billing.database.dispute.count({
        where: { AND: [status ? { status } : {}, disputesVisibleTo(viewer)] },
      }),
    resolve: (query, _root, { status }, { billing, viewer }) =>
      billing.database.dispute.findMany({
        ...query,
        where: { AND: [status ? { status } : {}, disputesVisibleTo(viewer)] },
        orderBy: [{ openedAt: 'desc' }, { id: 'desc' }],
      }),
  }),
}));

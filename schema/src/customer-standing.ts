/** Where customers stand: computed for all customers of an answer at once. */
import { billingStatusOf } from '@4geeks/billing/customer/billing-status';
import type { Prisma } from '@4geeks/prisma';
import { createContextCache } from '@pothos/core';
import DataLoader from 'dataloader';
import type { Context } from './context.ts';
import type { MoneyShape } from './money.ts';

/** Open invoices whose collection has failed. */
export const pastDue = {
  status: 'OPEN',
  pastDueSince: { not: null },
} as const satisfies Prisma.InvoiceWhereInput;

const alive = { endedAt: null } satisfies Prisma.SubscriptionWhereInput;

export type BillingStatus = ReturnType<typeof billingStatusOf>;

export interface Standing {
  billingStatus: BillingStatus;
  amountPastDue: MoneyShape[];
}

/** Two queries for any number of customers, which the viewer already sees. */
export const customerStanding = createContextCache(
  ({ billing: { database } }: Context) =>
    new DataLoader<string, Standing>(async (customerIds) => {
      const among = { customerId: { in: [...customerIds] } };
      const [due, subscriptions] = await Promise.all([
        database.invoice.groupBy({
          by: ['customerId', 'currency'],
          where: { ...among, ...pastDue },
          _count: true,
          _sum: { totalMinor: true, amountPaidMinor: true },
          orderBy: { currency: 'asc' },
        }),
        database.subscription.groupBy({
          by: ['customerId'],
          where: { ...among, ...alive },
          _count: true,
        }),
      ]);
      return customerIds.map((id) => {
        const owed = due.filter(({ customerId }) => customerId === id);
        return {
          billingStatus: billingStatusOf({
            openPastDue: owed.reduce((count, { _count }) => count + _count, 0),
            liveSubscriptions:
              subscriptions.find(({ customerId }) => customerId === id)?._count ?? 0,
          }),
          amountPastDue: owed.map(({ currency, _sum }) => ({
            currency,
            amountMinor: (_sum.totalMinor ?? 0n) - (_sum.amountPaidMinor ?? 0n),
          })),
        };
      });
    }),
);

/** Customers whose `billingStatusOf` is `status`, as a where. */
export function whereBillingStatus(status: BillingStatus): Prisma.CustomerWhereInput {
  switch (status) {
    case 'PAST_DUE':
      return { invoices: { some: pastDue } };
    case 'CURRENT':
      return { invoices: { none: pastDue }, subscriptions: { some: alive } };
    case 'NO_SUBSCRIPTION':
      return { invoices: { none: pastDue }, subscriptions: { none: alive } };
  }
}

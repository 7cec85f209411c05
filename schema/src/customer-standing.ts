/** Where customers stand, by what is selected with them: no query of its own. */
import { billingStatusOf } from '@4geeks/billing/customer/billing-status';
import { amountDue, type AmountDueFacts } from '@4geeks/billing/invoice/amount-due';
import type { Invoice, Prisma } from '@4geeks/prisma';
import type { MoneyShape } from './money.ts';

/** Open invoices whose collection has failed. */
export const pastDue = {
  status: 'OPEN',
  pastDueSince: { not: null },
} as const satisfies Prisma.InvoiceWhereInput;

const alive = { endedAt: null } satisfies Prisma.SubscriptionWhereInput;

export type BillingStatus = ReturnType<typeof billingStatusOf>;

/** What a customer's status is decided by; joins any other selection of the customer. */
export const selectStatus = {
  _count: { select: { invoices: { where: pastDue }, subscriptions: { where: alive } } },
} as const satisfies Prisma.CustomerSelect;

export function statusOf({
  _count,
}: {
  _count: { invoices: number; subscriptions: number };
}): BillingStatus {
  return billingStatusOf({
    openPastDue: _count.invoices,
    liveSubscriptions: _count.subscriptions,
  });
}

/** Oldest first. Whoever selects them so reads them once, however many fields ask. */
export const pastDueInvoices = {
  where: pastDue,
  orderBy: [{ dueAt: 'asc' }, { id: 'asc' }],
} as const satisfies Prisma.Customer$invoicesArgs;

/** Oldest first: nobody has failed, and nobody has paid yet. */
export const waitingInvoices = {
  where: {
    status: 'OPEN',
    pastDueSince: null,
    payments: { some: { status: { in: ['PROCESSING', 'REQUIRES_ACTION'] } } },
  },
  orderBy: [{ dueAt: 'asc' }, { id: 'asc' }],
} satisfies Prisma.Customer$invoicesArgs;

/** What is still due on `invoices`, one entry a currency, in their alphabet. */
export function sumsDue(
  invoices: readonly (AmountDueFacts & Pick<Invoice, 'currency'>)[],
): MoneyShape[] {
  const due = new Map<string, bigint>();
  for (const { currency, ...amounts } of invoices) {
    due.set(currency, (due.get(currency) ?? 0n) + amountDue(amounts));
  }
  return [...due]
    .map(([currency, amountMinor]) => ({ currency, amountMinor }))
    .sort((left, right) => (left.currency < right.currency ? -1 : 1));
}

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

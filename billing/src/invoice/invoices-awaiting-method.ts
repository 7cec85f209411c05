import type { Prisma } from '@4geeks/prisma';

/**
 * The customer's invoices that another payment method would help: past due, or waiting for the
 * customer to authenticate a charge.
 */
export function invoicesAwaitingMethod(owner: {
  merchantId: string;
  customerId: string;
}): Prisma.InvoiceWhereInput {
  return {
    merchantId: owner.merchantId,
    customerId: owner.customerId,
    status: 'OPEN',
    OR: [{ pastDueSince: { not: null } }, { payments: { some: { status: 'REQUIRES_ACTION' } } }],
  };
}

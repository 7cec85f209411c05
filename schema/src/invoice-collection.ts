/** Whether invoices are being collected right now: one query for all invoices of an answer. */
import { createContextCache } from '@pothos/core';
import DataLoader from 'dataloader';
import type { Context } from './context.ts';

/** One that waits for the customer holds the invoice, but nothing is being collected. */
const collecting = { in: ['PENDING' as const, 'PROCESSING' as const] };

export const invoiceCollection = createContextCache(
  ({ billing: { database } }: Context) =>
    new DataLoader<string, boolean>(async (invoiceIds) => {
      const payments = await database.payment.findMany({
        where: { invoiceId: { in: [...invoiceIds] }, status: collecting },
        select: { invoiceId: true },
      });
      const busy = new Set(payments.map(({ invoiceId }) => invoiceId));
      return invoiceIds.map((id) => busy.has(id));
    }),
);

import type { Prisma } from '@4geeks/prisma';
import { installation } from '../access/viewer.ts';
import { inFlightStatuses } from '../payment/statuses.ts';
import type { Billing } from '../ports.ts';
import { dueScope } from '../test-clock/due-scope.ts';
import { inTransaction } from '../transaction.ts';
import type { CollectInvoiceInput } from './begin-attempts.ts';
import { isInGrace } from './dunning-end.ts';
import { endDunning } from './end-dunning.ts';
import { enqueueCollection } from './enqueue-collection.ts';

const batchSize = 200;

/** Invoices whose next step can be taken; an attempt in flight decides first. */
export const retryableNow = {
  status: 'OPEN',
  payments: { none: { status: { in: [...inFlightStatuses] } } },
} satisfies Prisma.InvoiceWhereInput;

interface DueInvoice {
  id: string;
  merchantId: string;
  nextAttemptAt: Date | null;
  dunningCase: { lostAt: Date | null } | null;
  _count: { payments: number };
}

/**
 * Enqueues the collection of every invoice whose scheduled retry is due, found by index, and takes
 * the final action on those whose grace is over. Enqueued again before it ran, a retry keeps its one
 * attempt (by attempt key), and what was enqueued together its one job (by key).
 *
 * @param merchantId absent: everybody's who has no test clock; else of this one, by its own time.
 * @returns how many were due.
 */
export async function retryDueInvoices(billing: Billing, merchantId?: string): Promise<number> {
  const { now, owner } = await dueScope(billing, merchantId);
  let found = 0;
  let afterId: string | null = null;
  for (;;) {
    const due: DueInvoice[] = await billing.database.invoice.findMany({
      where: {
        ...retryableNow,
        ...owner,
        nextAttemptAt: { lte: now },
        ...(afterId ? { id: { gt: afterId } } : {}),
      },
      orderBy: { id: 'asc' },
      take: batchSize,
      select: {
        id: true,
        merchantId: true,
        nextAttemptAt: true,
        dunningCase: { select: { lostAt: true } },
        _count: { select: { payments: true } },
      },
    });
    const retries: CollectInvoiceInput[] = [];
    for (const { dunningCase, ...invoice } of due) {
      const { id: invoiceId, merchantId, _count } = invoice;
      if (isInGrace(invoice, dunningCase)) {
        await endDunning(billing, { merchantId, invoiceId });
        continue;
      }
      retries.push({
        merchantId,
        invoiceId,
        trigger: 'DUNNING',
        attemptKey: `dunning:${invoiceId}:${_count.payments + 1}`,
      });
    }
    if (retries.length > 0) {
      await inTransaction(billing, installation, (transaction) =>
        enqueueCollection(transaction, retries, 'retry'),
      );
    }
    found += due.length;
    afterId = due.at(-1)?.id ?? null;
    if (due.length < batchSize) return found;
  }
}

import type { InvoiceLine } from '@4geeks/prisma';
import { NotFoundError } from '../errors.ts';
import type { BillingTransaction } from '../transaction.ts';
import { lockDraft } from './lock-draft.ts';

/**
 * Locks the draft that a line stands on, and reads the line under its lock.
 *
 * @throws NotFoundError invoice line
 * @throws ConflictError INVOICE_NOT_DRAFT
 */
export async function lockDraftLine(
  transaction: BillingTransaction,
  line: { merchantId: string; id: string },
): Promise<{ draft: Awaited<ReturnType<typeof lockDraft>>; line: InvoiceLine }> {
  const { invoiceLine } = transaction.database;
  // A line keeps its invoice for ever.
  const owner = await invoiceLine.findFirst({ where: line, select: { invoiceId: true } });
  if (!owner) throw new NotFoundError('invoice line');
  const draft = await lockDraft(transaction, { merchantId: line.merchantId, id: owner.invoiceId });
  const found = await invoiceLine.findFirst({ where: line });
  if (!found) throw new NotFoundError('invoice line');
  return { draft, line: found };
}

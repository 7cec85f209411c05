import type { Prisma } from '@4geeks/prisma';
import { lockInvoice } from '../access/lock.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import { inFlightStatuses } from '../payment/statuses.ts';
import type { BillingTransaction } from '../transaction.ts';
import { invoiceRefusals, refuseInvoiceChange, type InvoiceChange } from './invoice-changes.ts';

function changedInvoice(invoiceId: string) {
  return {
    customer: { select: { id: true, email: true, locale: true } },
    subscription: {
      include: {
        merchant: { select: { timeZone: true } },
        scheduledItems: { select: { price: true }, take: 1 },
        // What else of it is past due.
        invoices: {
          where: { status: 'OPEN', pastDueSince: { not: null }, id: { not: invoiceId } },
          select: { id: true },
          take: 1,
        },
      },
    },
    payments: { where: { status: { in: [...inFlightStatuses] } }, select: { id: true }, take: 1 },
  } satisfies Prisma.InvoiceInclude;
}

export type ChangedInvoice = Prisma.InvoiceGetPayload<{
  include: ReturnType<typeof changedInvoice>;
}>;

/**
 * Locks an invoice, and its subscription, for a change that its state must allow.
 *
 * @throws NotFoundError invoice
 * @throws ConflictError INVOICE_NOT_OPEN, INVOICE_NOT_CREDITABLE, ALREADY_COLLECTING
 */
export async function lockInvoiceForChange(
  { database }: BillingTransaction,
  { merchantId, id }: { merchantId: string; id: string },
  change: InvoiceChange,
): Promise<ChangedInvoice> {
  if (!(await lockInvoice(database, { merchantId, id }))) throw new NotFoundError('invoice');
  const invoice = await database.invoice.findUniqueOrThrow({
    where: { merchantId_id: { merchantId, id } },
    include: changedInvoice(id),
  });
  const { status, payments } = invoice;
  const refusal = refuseInvoiceChange(change, { status, inFlight: payments.length > 0 });
  if (refusal) throw new ConflictError(refusal, invoiceRefusals[refusal], { status });
  return invoice;
}

import { randomUUID } from 'node:crypto';
import type { Invoice } from '@4geeks/prisma';
import { lockInvoice } from '../access/lock.ts';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import { inFlightStatuses } from '../payment/statuses.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { invoiceRefusals, refuseInvoiceChange } from './invoice-changes.ts';

/**
 * Somebody asks for an open invoice to be charged now with the default method. The charge is made
 * by a job; subscribers see its outcome. Paying what one owes needs no portal permission.
 *
 * @throws NotFoundError invoice
 * @throws ConflictError INVOICE_NOT_OPEN, ALREADY_COLLECTING, NO_PAYMENT_METHOD
 */
export async function requestInvoiceCollection(
  billing: Billing,
  actor: Actor,
  { invoiceId }: { invoiceId: string },
): Promise<Invoice> {
  authorize(actor, { staff: 'payments:write', apiKey: 'payments:write', portal: true });
  const { merchantId } = actor;

  return inTransaction(billing, actor, async ({ database, enqueue }) => {
    await lockInvoice(database, { merchantId, id: invoiceId });
    const invoice = await database.invoice.findFirst({
      where: {
        id: invoiceId,
        merchantId,
        ...(actor.kind === 'customer' ? { customerId: actor.customerId } : {}),
      },
      include: { payments: { where: { status: { in: [...inFlightStatuses] } } } },
    });
    if (!invoice || (actor.kind === 'customer' && invoice.status === 'DRAFT')) {
      throw new NotFoundError('invoice');
    }
    const { status, payments } = invoice;
    const refusal = refuseInvoiceChange('collect', { status, inFlight: payments.length > 0 });
    if (refusal) throw new ConflictError(refusal, invoiceRefusals[refusal], { status });
    const methods = await database.paymentMethod.count({
      where: { merchantId, customerId: invoice.customerId, isDefault: true, removedAt: null },
    });
    if (methods === 0) {
      throw new ConflictError('NO_PAYMENT_METHOD', 'The customer has no default payment method.');
    }
    await enqueue({
      name: 'collect-invoice',
      payload: {
        merchantId,
        invoiceId,
        trigger: actor.kind === 'customer' ? 'CUSTOMER' : 'STAFF',
        attemptKey: `request:${randomUUID()}`,
      },
      // Clicked twice before the job ran: one attempt.
      key: `requested:${invoiceId}`,
    });
    return invoice;
  });
}

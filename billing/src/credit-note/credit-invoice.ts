import { randomUUID } from 'node:crypto';
import type { CreditNote, Refund } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { ConflictError, InvalidInputError } from '../errors.ts';
import { amountDue } from '../invoice/amount-due.ts';
import { loseDunningCases } from '../invoice/dunning-case.ts';
import { lockInvoiceForChange, type ChangedInvoice } from '../invoice/lock-invoice-for-change.ts';
import type { Billing } from '../ports.ts';
import { beginRefund } from '../refund/begin-refund.ts';
import { recoverSubscription } from '../subscription/recover-subscription.ts';
import { inTransaction, type BillingTransaction } from '../transaction.ts';
import { takeCreditNoteNumber } from './take-credit-note-number.ts';
import { taxOfCredit } from './tax-of-credit.ts';

export interface CreditInvoiceInput {
  invoiceId: string;
  /** Above zero. */
  amountMinor: bigint;
  /** Stands on the document; at most 500 characters are kept. */
  reason: string;
}

/**
 * Issues a credit note: a numbered document that reduces a finalized invoice.
 *
 * - Of an open invoice it reduces what is due; one with nothing left due is paid, and its
 *   subscription no longer past due for it.
 * - Of a paid invoice it sends the money back with a refund, which `refundId` names. Should that
 *   fail, the credit note stands and the payment can be refunded again.
 *
 * @throws ForbiddenError also without payments:write, where money would go back.
 * @throws NotFoundError invoice
 * @throws InvalidInputError amountMinor, reason
 * @throws ConflictError INVOICE_NOT_CREDITABLE, ALREADY_COLLECTING, CREDIT_EXCEEDS_INVOICE,
 *   PAYMENT_NOT_REFUNDABLE, REFUND_EXCEEDS_PAYMENT, CREDITED_TO_BALANCE
 */
export async function creditInvoice(
  billing: Billing,
  actor: Actor,
  { invoiceId, amountMinor, reason: reasonGiven }: CreditInvoiceInput,
): Promise<CreditNote> {
  authorize(actor, { staff: 'invoices:write', apiKey: 'invoices:write' });
  const { merchantId } = actor;
  if (amountMinor <= 0n) {
    throw new InvalidInputError('amountMinor', 'not_positive', 'A credit is of more than zero.');
  }
  const reason = reasonGiven.trim().slice(0, 500);
  if (reason === '') throw new InvalidInputError('reason', 'required', 'A credit needs a reason.');

  return inTransaction(billing, actor, async (transaction) => {
    const { database, now, record } = transaction;
    const invoice = await lockInvoiceForChange(
      transaction,
      { merchantId, id: invoiceId },
      'credit',
    );
    const { customerId, currency } = invoice;
    let refund: Refund | null = null;
    if (invoice.status === 'PAID') {
      authorize(actor, { staff: 'payments:write', apiKey: 'payments:write' });
      refund = await sendBack(transaction, invoice, { amountMinor, reason });
    } else {
      await reduceDue(transaction, invoice, amountMinor);
    }

    const taxMinor = await taxInCredit(transaction, invoice, amountMinor);
    const creditNote = await database.creditNote.create({
      data: {
        merchantId,
        invoiceId,
        number: await takeCreditNoteNumber(database, merchantId),
        amountMinor,
        taxMinor,
        currency,
        reason,
        refundId: refund?.id ?? null,
        createdAt: now,
      },
    });
    await record({
      merchantId,
      customerId,
      type: 'credit_note.issued',
      objectType: 'credit_note',
      objectId: creditNote.id,
      data: {
        number: creditNote.number,
        invoiceId,
        invoiceNumber: invoice.number,
        amountMinor: amountMinor.toString(),
        taxMinor: taxMinor.toString(),
        currency,
        refundId: refund?.id ?? null,
      },
    });
    return creditNote;
  });
}

async function taxInCredit(
  { database }: BillingTransaction,
  { id: invoiceId, merchantId, totalMinor, taxMinor }: ChangedInvoice,
  amountMinor: bigint,
): Promise<bigint> {
  const { _sum } = await database.creditNote.aggregate({
    where: { merchantId, invoiceId },
    _sum: { amountMinor: true },
  });
  return taxOfCredit({ totalMinor, taxMinor }, _sum.amountMinor ?? 0n, amountMinor);
}

async function sendBack(
  transaction: BillingTransaction,
  { id: invoiceId, merchantId }: ChangedInvoice,
  { amountMinor, reason }: { amountMinor: bigint; reason: string },
): Promise<Refund> {
  const { database } = transaction;
  // One payment pays an invoice. One paid by the customer's balance or by credits has none.
  const payment = await database.payment.findFirst({
    where: { merchantId, invoiceId, status: 'SUCCEEDED' },
    orderBy: { attemptNumber: 'desc' },
    select: { id: true },
  });
  if (!payment) {
    throw new ConflictError('PAYMENT_NOT_REFUNDABLE', 'No payment paid the invoice.');
  }
  const { id: paymentId } = payment;
  return beginRefund(transaction, {
    merchantId,
    paymentId,
    amountMinor,
    reason,
    idempotencyKey: `credit:${paymentId}:${randomUUID()}`,
  });
}

async function reduceDue(
  transaction: BillingTransaction,
  invoice: ChangedInvoice,
  amountMinor: bigint,
): Promise<void> {
  const { database, now, record } = transaction;
  const { id: invoiceId, merchantId, customerId, subscription } = invoice;
  const due = amountDue(invoice);
  if (amountMinor > due) {
    throw new ConflictError('CREDIT_EXCEEDS_INVOICE', 'The credit is of more than is due.', {
      dueMinor: due.toString(),
    });
  }
  const nothingLeft = amountMinor === due;
  await database.invoice.update({
    where: { id: invoiceId },
    data: {
      amountCreditedMinor: { increment: amountMinor },
      ...(nothingLeft ? { status: 'PAID', paidAt: now, nextAttemptAt: null } : {}),
    },
  });
  if (!nothingLeft) return;
  // Settled, but not by a payment: not recovered.
  await loseDunningCases(database, { merchantId, invoiceId }, now);
  await record({
    merchantId,
    customerId,
    type: 'invoice.paid',
    objectType: 'invoice',
    objectId: invoiceId,
    data: {
      number: invoice.number,
      totalMinor: invoice.totalMinor.toString(),
      currency: invoice.currency,
      recovered: false,
    },
  });
  if (subscription) await recoverSubscription(transaction, subscription);
}

import type { Invoice } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { takeFromBalances } from '../balance/apply-balance.ts';
import { ConflictError, InvalidInputError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { addDays } from '../period/period.ts';
import { inTransaction } from '../transaction.ts';
import { announceInvoices } from './announce-invoice.ts';
import { billedTo } from './billed-to.ts';
import { lockDraft } from './lock-draft.ts';
import { reckonDraft } from './reckon-draft.ts';
import { takeInvoiceNumber } from './take-invoice-number.ts';

export interface FinalizeInvoiceInput {
  invoiceId: string;
  /** Absent: as many days from now as the draft says, else now. Not in the past. */
  dueAt?: Date | null;
  /** Charge the default payment method at once. Absent: yes. */
  collect?: boolean | null;
}

/**
 * Makes a draft an invoice: it gets its number and changes no more, takes what the customer's
 * balance holds, and is mailed. One with nothing due is paid.
 *
 * @throws NotFoundError invoice
 * @throws InvalidInputError dueAt
 * @throws ConflictError INVOICE_NOT_DRAFT, INVOICE_EMPTY
 */
export async function finalizeInvoice(
  billing: Billing,
  actor: Actor,
  { invoiceId, dueAt, collect }: FinalizeInvoiceInput,
): Promise<Invoice> {
  authorize(actor, { staff: 'invoices:write', apiKey: 'invoices:write' });
  const { merchantId } = actor;

  return inTransaction(billing, actor, async (transaction) => {
    const { database, now } = transaction;
    if (dueAt && dueAt < now) {
      throw new InvalidInputError('dueAt', 'past', 'An invoice is not due before it is issued.');
    }
    const draft = await lockDraft(transaction, { merchantId, id: invoiceId }, 'finalize');
    const { customerId, currency, dueDays } = draft;
    if ((await database.invoiceLine.count({ where: { merchantId, invoiceId } })) === 0) {
      throw new ConflictError('INVOICE_EMPTY', 'An invoice has at least one line.');
    }
    const customer = await database.customer.findUniqueOrThrow({ where: { id: customerId } });
    // The customer's exemption, say, may have changed since.
    const { totalMinor } = await reckonDraft(transaction, draft, { final: true });
    await database.discount.updateMany({
      where: { merchantId, invoiceId, endedAt: null },
      data: { endedAt: now },
    });
    const number = await takeInvoiceNumber(database, merchantId);
    const [balanceAppliedMinor = 0n] = await takeFromBalances(transaction, [
      { merchantId, customerId, currency, totalMinor },
    ]);
    const nothingDue = balanceAppliedMinor === totalMinor;
    const invoice = await database.invoice.update({
      where: { id: invoiceId },
      data: {
        status: nothingDue ? 'PAID' : 'OPEN',
        number,
        balanceAppliedMinor,
        finalizedAt: now,
        dueAt: dueAt ?? addDays(now, dueDays ?? 0),
        paidAt: nothingDue ? now : null,
        ...billedTo(customer),
      },
    });
    const trigger = collect === false ? null : 'STAFF';
    await announceInvoices(transaction, [{ invoice, customer, trigger }]);
    return invoice;
  });
}

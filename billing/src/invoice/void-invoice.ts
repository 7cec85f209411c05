import type { Invoice } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { creditBalance } from '../balance/credit-balance.ts';
import type { Billing } from '../ports.ts';
import { recoverSubscription } from '../subscription/recover-subscription.ts';
import { inTransaction } from '../transaction.ts';
import { loseDunningCases } from './dunning-case.ts';
import { lockInvoiceForChange } from './lock-invoice-for-change.ts';

/**
 * Takes an open invoice back, as if it had never been sent: nothing is due on it, retries stop,
 * what it took from the customer's balance returns there, and a subscription that was past due or
 * unpaid for it alone is active again. Its number stays taken.
 *
 * @throws NotFoundError invoice
 * @throws ConflictError INVOICE_NOT_OPEN, ALREADY_COLLECTING
 */
export async function voidInvoice(
  billing: Billing,
  actor: Actor,
  { invoiceId }: { invoiceId: string },
): Promise<Invoice> {
  authorize(actor, { staff: 'invoices:write', apiKey: 'invoices:write' });
  const { merchantId } = actor;

  return inTransaction(billing, actor, async (transaction) => {
    const { database, now, record } = transaction;
    const { customer, subscription, ...invoice } = await lockInvoiceForChange(
      transaction,
      { merchantId, id: invoiceId },
      'void',
    );
    const voided = await database.invoice.update({
      where: { id: invoiceId },
      data: { status: 'VOID', voidedAt: now, nextAttemptAt: null },
    });
    if (invoice.balanceAppliedMinor > 0n) {
      await creditBalance(transaction, {
        merchantId,
        customerId: customer.id,
        invoiceId,
        currency: invoice.currency,
        amountMinor: invoice.balanceAppliedMinor,
        reason: 'INVOICE_CANCELED',
      });
    }
    await loseDunningCases(database, { merchantId, invoiceId }, now);
    await record({
      merchantId,
      customerId: customer.id,
      type: 'invoice.voided',
      objectType: 'invoice',
      objectId: invoiceId,
      data: {
        number: invoice.number,
        totalMinor: invoice.totalMinor.toString(),
        currency: invoice.currency,
      },
    });
    if (subscription) await recoverSubscription(transaction, subscription);
    return voided;
  });
}

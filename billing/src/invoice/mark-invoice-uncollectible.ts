import type { Invoice } from '@4geeks/prisma';
import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { recoverSubscription } from '../subscription/recover-subscription.ts';
import { inTransaction } from '../transaction.ts';
import { amountDue } from './amount-due.ts';
import { loseDunningCases } from './dunning-case.ts';
import { lockInvoiceForChange } from './lock-invoice-for-change.ts';

/**
 * Gives up an open invoice: the debt stays on the books as lost, and nobody is charged for it any
 * more. A subscription that was past due for it alone is active again, because past due means that
 * one of its invoices is; an unpaid one stays unpaid, because giving up a debt is not paying it.
 *
 * @throws NotFoundError invoice
 * @throws ConflictError INVOICE_NOT_OPEN, ALREADY_COLLECTING
 */
export async function markInvoiceUncollectible(
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
      'mark_uncollectible',
    );
    const uncollectible = await database.invoice.update({
      where: { id: invoiceId },
      data: { status: 'UNCOLLECTIBLE', uncollectibleAt: now, nextAttemptAt: null },
    });
    await loseDunningCases(database, { merchantId, invoiceId }, now);
    await record({
      merchantId,
      customerId: customer.id,
      type: 'invoice.marked_uncollectible',
      objectType: 'invoice',
      objectId: invoiceId,
      data: {
        number: invoice.number,
        amountMinor: amountDue(invoice).toString(),
        currency: invoice.currency,
      },
    });
    if (subscription?.status === 'PAST_DUE') await recoverSubscription(transaction, subscription);
    return uncollectible;
  });
}

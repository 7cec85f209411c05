import type { Billing } from '../ports.ts';
import { releaseWaitingPayment } from '../payment/release-waiting-payment.ts';
import { collectInvoice, type CollectionOutcome } from './collect-invoice.ts';
import { findInvoicesAwaitingMethod } from './invoices-awaiting-method.ts';

/**
 * After a method update: charges every open past-due invoice of the customer with the new default,
 * oldest first, outside the dunning budget. An attempt that waits for the customer with the old
 * method is given up first. One already in flight is left alone: if it fails, settling it comes
 * back here.
 *
 * @param requestId names the update; run again with the same one, nothing is charged twice.
 * @param found the invoices, as the update has just found them; absent: looked up. One that fails with
 * the old method after that comes back here too.
 */
export async function collectPastDueInvoices(
  billing: Billing,
  {
    merchantId,
    customerId,
    requestId,
    invoiceIds: found,
  }: {
    merchantId: string;
    customerId: string;
    requestId: string;
    invoiceIds?: readonly string[] | undefined;
  },
): Promise<CollectionOutcome[]> {
  const customer = { merchantId, id: customerId };
  const invoiceIds =
    found ??
    (await findInvoicesAwaitingMethod(billing.database.sql, [customer])).get(customerId) ??
    [];
  const outcomes: CollectionOutcome[] = [];
  for (const invoiceId of invoiceIds) {
    const collect = () =>
      collectInvoice(billing, {
        merchantId,
        invoiceId,
        trigger: 'METHOD_UPDATE',
        attemptKey: `method-update:${requestId}:${invoiceId}`,
      });
    let outcome = await collect();
    if (
      outcome === 'in_flight' &&
      (await releaseWaitingPayment(billing, { merchantId, invoiceId }))
    )
      outcome = await collect();
    outcomes.push(outcome);
  }
  return outcomes;
}

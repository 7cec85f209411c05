import type { BillingTransaction } from '../transaction.ts';
import { customerBalance } from './customer-balance.ts';

/** How much of `balanceMinor` an invoice over `totalMinor` takes: all it can use. */
export function balanceToApply(totalMinor: bigint, balanceMinor: bigint): bigint {
  return balanceMinor < totalMinor ? balanceMinor : totalMinor;
}

/**
 * Decides how much of the customer's balance an invoice takes as it is finalized. Call it after
 * `takeInvoiceNumber`: that locks the merchant's counter until the transaction ends, so no two
 * invoices can take the same credit.
 *
 * @returns minor units, from 0 to `totalMinor`: the invoice's `balanceAppliedMinor`. Write it down
 * with `recordAppliedBalance` once the invoice exists.
 */
export async function takeFromBalance(
  { database }: Pick<BillingTransaction, 'database'>,
  invoice: { merchantId: string; customerId: string; currency: string; totalMinor: bigint },
): Promise<bigint> {
  if (invoice.totalMinor === 0n) return 0n;
  return balanceToApply(invoice.totalMinor, await customerBalance(database, invoice));
}

/** Takes what `takeFromBalance` said off the balance. Nothing to do for 0. */
export async function recordAppliedBalance(
  { database, now, record }: BillingTransaction,
  invoice: {
    id: string;
    merchantId: string;
    customerId: string;
    currency: string;
    number: string | null;
    balanceAppliedMinor: bigint;
  },
): Promise<void> {
  const { id: invoiceId, merchantId, customerId, currency, balanceAppliedMinor } = invoice;
  if (balanceAppliedMinor === 0n) return;
  await database.balanceEntry.create({
    data: {
      merchantId,
      customerId,
      currency,
      amountMinor: -balanceAppliedMinor,
      invoiceId,
      reason: 'APPLIED_TO_INVOICE',
      createdAt: now,
    },
  });
  await record({
    merchantId,
    customerId,
    type: 'customer.balance_applied',
    objectType: 'customer',
    objectId: customerId,
    data: { amountMinor: balanceAppliedMinor.toString(), currency, number: invoice.number },
  });
}

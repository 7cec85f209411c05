import { randomUUIDv7 } from 'node:crypto';
import { insertRows } from '../insert-rows.ts';
import type { BillingTransaction } from '../transaction.ts';
import { customerBalances, type BalanceOwner } from './customer-balance.ts';

/** How much of `balanceMinor` an invoice over `totalMinor` takes: all it can use. */
export function balanceToApply(totalMinor: bigint, balanceMinor: bigint): bigint {
  return balanceMinor < totalMinor ? balanceMinor : totalMinor;
}

/**
 * Decides how much of their customers' balances invoices take as they are finalized, one after the
 * other. Call it after `takeInvoiceNumbers`: that locks the merchants' counters until the
 * transaction ends, so no two invoices can take the same credit.
 *
 * @returns for each, minor units from 0 to `totalMinor`: the invoice's `balanceAppliedMinor`. Write
 * it down with `recordAppliedBalances` once the invoices exist.
 */
export async function takeFromBalances(
  { database }: Pick<BillingTransaction, 'database'>,
  invoices: readonly (BalanceOwner & { totalMinor: bigint })[],
): Promise<bigint[]> {
  const key = ({ merchantId, customerId, currency }: BalanceOwner) =>
    `${merchantId} ${customerId} ${currency}`;
  const balances = await customerBalances(
    database,
    invoices.filter(({ totalMinor }) => totalMinor > 0n),
  );
  const left = new Map(balances.map((balance) => [key(balance), balance.balanceMinor]));
  return invoices.map((invoice) => {
    const balance = left.get(key(invoice)) ?? 0n;
    const applied = balanceToApply(invoice.totalMinor, balance);
    left.set(key(invoice), balance - applied);
    return applied;
  });
}

/** Takes what `takeFromBalances` said off the balances. Nothing to do for 0. */
export async function recordAppliedBalances(
  { database, now, record }: BillingTransaction,
  invoices: readonly (BalanceOwner & {
    id: string;
    number: string | null;
    balanceAppliedMinor: bigint;
  })[],
): Promise<void> {
  const taking = invoices.filter(({ balanceAppliedMinor }) => balanceAppliedMinor !== 0n);
  await insertRows(
    database,
    'BalanceEntry',
    taking.map(({ id: invoiceId, merchantId, customerId, currency, balanceAppliedMinor }) => ({
      id: randomUUIDv7(),
      merchantId,
      customerId,
      currency,
      amountMinor: -balanceAppliedMinor,
      taxMinor: 0n,
      invoiceId,
      reason: 'APPLIED_TO_INVOICE',
      createdAt: now,
    })),
  );
  for (const { merchantId, customerId, currency, number, balanceAppliedMinor } of taking) {
    await record({
      merchantId,
      customerId,
      type: 'customer.balance_applied',
      objectType: 'customer',
      objectId: customerId,
      data: { amountMinor: balanceAppliedMinor.toString(), currency, number },
    });
  }
}

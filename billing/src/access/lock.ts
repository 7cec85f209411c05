/**
 * Row locks: a use case locks what it decides on, always in the order customer, subscription,
 * invoice, payment, so that two of them can wait for each other but never deadlock.
 */
import { Prisma, type Transaction } from '@4geeks/prisma';

type LockableTable = 'Customer' | 'Subscription' | 'Invoice' | 'Payment' | 'SignInRequest';

interface RowKey {
  merchantId: string;
  id: string;
}

/**
 * Takes the row's lock until the transaction ends, waiting for whoever holds it. It keeps others
 * from changing the row, not from referring to it.
 *
 * @returns whether the row exists.
 */
export async function lockRow(
  database: Transaction,
  table: LockableTable,
  { merchantId, id }: RowKey,
): Promise<boolean> {
  const rows = await database.$queryRaw<{ id: string }[]>`
    SELECT id FROM ${Prisma.raw(`"${table}"`)}
    WHERE id = ${id}::uuid AND "merchantId" = ${merchantId}::uuid
    FOR NO KEY UPDATE`;
  return rows.length === 1;
}

/** Locks an invoice, and before it the subscription it bills: settling may change both. */
export async function lockInvoice(database: Transaction, key: RowKey): Promise<boolean> {
  const invoice = await database.invoice.findUnique({
    where: { merchantId_id: key },
    select: { subscriptionId: true },
  });
  if (!invoice) return false;
  if (invoice.subscriptionId) {
    await lockRow(database, 'Subscription', { ...key, id: invoice.subscriptionId });
  }
  return lockRow(database, 'Invoice', key);
}

/**
 * Row locks: a use case locks what it decides on, always in the order customer, subscription,
 * invoice, payment, coupon, so that two of them can wait for each other but never deadlock.
 */
import { Prisma, type Transaction } from '@4geeks/prisma';

type LockableTable =
  'Coupon' | 'Customer' | 'Subscription' | 'Payment' | 'SignInRequest' | 'Product' | 'Price';

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

/**
 * Locks an invoice, and before it the subscription it bills: settling may change both. It stands for
 * the invoice's payments too, which nobody changes without it.
 *
 * What was read before, or in the same statement, may be out of date: read after it.
 *
 * @returns whether the invoice exists.
 */
export async function lockInvoice(
  database: Transaction,
  { merchantId, id }: RowKey,
): Promise<boolean> {
  // An invoice keeps its subscription for ever. The condition without columns of the invoice is
  // decided before any invoice is looked at, so the locks are taken in the order written.
  const rows = await database.$queryRaw<{ id: string }[]>`
    WITH subscription AS (
      SELECT id FROM "Subscription"
      WHERE "merchantId" = ${merchantId}::uuid AND id = (
        SELECT "subscriptionId" FROM "Invoice"
        WHERE id = ${id}::uuid AND "merchantId" = ${merchantId}::uuid
      )
      FOR NO KEY UPDATE
    )
    SELECT id FROM "Invoice"
    WHERE (SELECT count(*) FROM subscription) <= 1
      AND id = ${id}::uuid AND "merchantId" = ${merchantId}::uuid
    FOR NO KEY UPDATE`;
  return rows.length === 1;
}

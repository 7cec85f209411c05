/**
 * Row locks: a use case locks what it decides on, always in the order customer, subscription,
 * invoice, payment, coupon, and of several rows in the order of their ids, so that two of them can
 * wait for each other but never deadlock.
 */
import { asSql, Prisma, type SqlRunner, type Transaction } from '@4geeks/prisma';

type LockableTable =
  | 'ApiKey'
  | 'Coupon'
  | 'Customer'
  | 'Subscription'
  | 'Payment'
  | 'PortalSessionLink'
  | 'SignInRequest'
  | 'StaffInvitation'
  | 'Product'
  | 'Price'
  | 'WebhookEndpoint';

export interface RowKey {
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
  key: RowKey,
): Promise<boolean> {
  return (await lockRows(asSql(database), table, [key])).size === 1;
}

/**
 * The same for several rows.
 *
 * @returns ids of those that exist.
 */
export async function lockRows(
  sql: SqlRunner,
  table: LockableTable,
  keys: readonly RowKey[],
): Promise<ReadonlySet<string>> {
  const rows = await sql.query<{ id: string }>(Prisma.sql`
    SELECT id FROM ${Prisma.raw(`"${table}"`)}
    JOIN ${rowsNamed(keys)} USING ("merchantId", id)
    ORDER BY id
    FOR NO KEY UPDATE OF ${Prisma.raw(`"${table}"`)}`);
  return idsOf(rows);
}

/**
 * Locks an invoice, and before it the subscription it bills: settling may change both. It stands for
 * the invoice's payments too, which nobody changes without it.
 *
 * What was read before, or in the same statement, may be out of date: read after it.
 *
 * @returns whether the invoice exists.
 */
export async function lockInvoice(database: Transaction, key: RowKey): Promise<boolean> {
  return (await lockInvoices(asSql(database), [key])).size === 1;
}

/**
 * The same for several invoices: first all their subscriptions, then all of them.
 *
 * @returns ids of those that exist.
 */
export async function lockInvoices(
  sql: SqlRunner,
  keys: readonly RowKey[],
): Promise<ReadonlySet<string>> {
  // An invoice keeps its subscription for ever. The condition without columns of the invoice is
  // decided before any invoice is looked at, so the locks are taken in the order written.
  const rows = await sql.query<{ id: string }>(Prisma.sql`
    WITH asked AS (SELECT * FROM ${rowsNamed(keys)}),
    subscription AS (
      SELECT id FROM "Subscription"
      WHERE ("merchantId", id) IN (
        SELECT "merchantId", "subscriptionId" FROM "Invoice" JOIN asked USING ("merchantId", id)
      )
      ORDER BY id
      FOR NO KEY UPDATE
    )
    SELECT id FROM "Invoice"
    WHERE (SELECT count(*) FROM subscription) >= 0
      AND ("merchantId", id) IN (SELECT "merchantId", id FROM asked)
    ORDER BY id
    FOR NO KEY UPDATE`);
  return idsOf(rows);
}

/** The keys as a relation with the columns "merchantId" and id: one text for any number of them. */
export function rowsNamed(keys: readonly RowKey[]): Prisma.Sql {
  const merchantIds = keys.map(({ merchantId }) => merchantId);
  const ids = keys.map(({ id }) => id);
  return Prisma.sql`unnest(${merchantIds}::uuid[], ${ids}::uuid[]) AS asked ("merchantId", id)`;
}

function idsOf(rows: readonly { id: string }[]): ReadonlySet<string> {
  return new Set(rows.map(({ id }) => id));
}

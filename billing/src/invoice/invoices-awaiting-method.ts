import { Prisma, type SqlRunner } from '@4geeks/prisma';
import { rowsNamed, type RowKey } from '../access/lock.ts';

/**
 * The customers' invoices that another payment method would help: past due, or waiting for the
 * customer to authenticate a charge.
 *
 * @returns their ids by customer, the oldest first.
 */
export async function findInvoicesAwaitingMethod(
  sql: SqlRunner,
  customers: readonly RowKey[],
): Promise<ReadonlyMap<string, string[]>> {
  const rows = await sql.query<{ id: string; customerId: string }>(Prisma.sql`
    SELECT invoice.id, invoice."customerId"
    FROM "Invoice" AS invoice
    JOIN ${rowsNamed(customers)}
      ON invoice."merchantId" = asked."merchantId" AND invoice."customerId" = asked.id
    WHERE invoice.status = 'OPEN'
      AND (
        invoice."pastDueSince" IS NOT NULL
        OR EXISTS (
          SELECT FROM "Payment"
          WHERE "invoiceId" = invoice.id AND "Payment".status = 'REQUIRES_ACTION'
        )
      )
    ORDER BY invoice."dueAt", invoice.id`);
  const found = Map.groupBy(rows, ({ customerId }) => customerId);
  return new Map([...found].map(([customerId, ofOne]) => [customerId, ofOne.map(({ id }) => id)]));
}

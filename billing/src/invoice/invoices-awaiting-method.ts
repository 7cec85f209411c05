import { Prisma, type SqlRunner } from '@4geeks/prisma';

/**
 * The customer's invoices that another payment method would help: past due, or waiting for the
 * customer to authenticate a charge.
 *
 * @returns their ids, the oldest first.
 */
export async function findInvoicesAwaitingMethod(
  sql: SqlRunner,
  { merchantId, customerId }: { merchantId: string; customerId: string },
): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(Prisma.sql`
    SELECT id FROM "Invoice"
    WHERE "merchantId" = ${merchantId}::uuid AND "customerId" = ${customerId}::uuid
      AND status = 'OPEN'
      AND (
        "pastDueSince" IS NOT NULL
        OR EXISTS (
          SELECT FROM "Payment"
          WHERE "invoiceId" = "Invoice".id AND "Payment".status = 'REQUIRES_ACTION'
        )
      )
    ORDER BY "dueAt", id`);
  return rows.map(({ id }) => id);
}

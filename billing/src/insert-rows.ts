import { Prisma } from '@4geeks/prisma';
import type { BalanceEntry, Invoice, InvoiceLine, Transaction } from '@4geeks/prisma';

/** Tables whose rows are written by the hundred. */
interface Rows {
  Invoice: Invoice;
  InvoiceLine: InvoiceLine;
  BalanceEntry: BalanceEntry;
}

/**
 * Writes whole rows, any number with one statement of one text. By hand, because Prisma compiles an
 * insert of many rows anew for every count of them.
 *
 * @param rows with every column: the database's defaults do not apply.
 */
export async function insertRows<Table extends keyof Rows>(
  database: Transaction,
  table: Table,
  rows: readonly Rows[Table][],
): Promise<void> {
  if (rows.length === 0) return;
  const name = Prisma.raw(`"${table}"`);
  await database.$executeRaw`
    INSERT INTO ${name}
    SELECT * FROM jsonb_populate_recordset(NULL::${name}, ${toJson(rows)}::jsonb)`;
}

/** JSON as Postgres reads it back into columns: minor units as their digits. */
export function toJson(rows: readonly object[]): string {
  return JSON.stringify(rows, (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
}

import type { Merchant, Transaction } from '@4geeks/prisma';

/**
 * The merchants' next invoice numbers, PREFIX-000042, for so many invoices at once: one for each, in
 * the order given. The counters' rows stay locked until the transaction ends and roll back with it:
 * numbers have no gaps, whatever fails or races. Locked in the order of their ids, so that two who
 * take numbers of several merchants cannot wait for each other.
 *
 * @param merchantIds of the invoices; a merchant may come any number of times.
 */
export async function takeInvoiceNumbers(
  database: Transaction,
  merchantIds: readonly string[],
): Promise<string[]> {
  const wanted = new Map<string, number>();
  for (const id of merchantIds) wanted.set(id, (wanted.get(id) ?? 0) + 1);
  const ids = [...wanted.keys()];
  const counters = await database.$queryRaw<
    Pick<Merchant, 'id' | 'invoicePrefix' | 'nextInvoiceNumber'>[]
  >`
    SELECT id, "invoicePrefix", "nextInvoiceNumber" FROM "Merchant"
    WHERE id = ANY(${ids}::uuid[])
    ORDER BY id
    FOR NO KEY UPDATE`;
  await database.$executeRaw`
    UPDATE "Merchant" SET "nextInvoiceNumber" = "nextInvoiceNumber" + wanted.count
    FROM unnest(${ids}::uuid[], ${[...wanted.values()]}::int[]) AS wanted (id, count)
    WHERE "Merchant".id = wanted.id`;
  const counterOf = new Map(counters.map((counter) => [counter.id, counter]));
  return merchantIds.map((id) => {
    const counter = counterOf.get(id)!;
    const number = counter.nextInvoiceNumber++;
    return `${counter.invoicePrefix}-${String(number).padStart(6, '0')}`;
  });
}

/** The merchant's next invoice number: see {@link takeInvoiceNumbers}. */
export async function takeInvoiceNumber(
  database: Transaction,
  merchantId: string,
): Promise<string> {
  const [number] = await takeInvoiceNumbers(database, [merchantId]);
  return number!;
}

/** Customers as live messages need them: those asked for at the same moment are read together. */
import type { RowKey } from '@4geeks/billing/access/lock';
import { inGroups } from '@4geeks/billing/in-groups';
import type { Billing } from '@4geeks/billing/ports';
import type { Customer, Prisma } from '@4geeks/prisma';

/** What of a customer is read, as a document selects it. */
export type CustomerShape = Pick<Prisma.CustomerFindManyArgs, 'select' | 'include'>;

interface Asked {
  key: RowKey;
  shape: CustomerShape;
}

/**
 * Reads one customer, by the same statement as others of its merchant who are asked for in the same
 * shape meanwhile. A change that concerns many is told to many at once.
 *
 * @param key of a customer that the viewer may see.
 * @returns null when there is none.
 */
export async function readCustomer(
  billing: Billing,
  key: RowKey,
  shape: CustomerShape,
): Promise<Customer | null> {
  const name = JSON.stringify([key.merchantId, shape], withBigInts);
  const [customer] = await readTogether(billing, name, [{ key, shape }]);
  return customer ?? null;
}

const readTogether = inGroups(async ({ database }: Billing, asked: readonly Asked[]) => {
  const { key, shape } = asked[0]!;
  const { merchantId } = key;
  const ids = upToPowerOfFour(asked.map((one) => one.key.id));
  const rows = await database.customer.findMany({
    ...shape,
    where: { merchantId, id: { in: ids } },
  });
  const found = new Map(rows.map((row) => [row.id, row]));
  return asked.map((one) => found.get(one.key.id) ?? null);
});

/** JSON has no big integers; positions in a list may be some. */
function withBigInts(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value;
}

/** Fills up with what is in it: a statement has a text, and a plan, for each number of values. */
function upToPowerOfFour(ids: readonly string[]): string[] {
  const size = 4 ** Math.ceil(Math.log2(ids.length) / 2);
  return Array.from({ length: size }, (_none, place) => ids[place] ?? ids[0]!);
}

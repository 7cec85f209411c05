import { Prisma, type SqlRunner } from '@4geeks/prisma';
import type { Billing } from '../ports.ts';
import { isKnownLive } from './billing-time.ts';

/**
 * Parts a batch by the clocks it goes by, because a transaction has one time: all of those who go by
 * the wall clock together, and those of each merchant with a test clock. One merchant's batch is one
 * part, and costs nothing to tell.
 *
 * @returns the parts, each in the order given.
 */
export async function byClock<Item extends { merchantId: string }>(
  sql: SqlRunner,
  items: readonly Item[],
): Promise<Item[][]> {
  const merchantIds = [...new Set(items.map(({ merchantId }) => merchantId))];
  if (merchantIds.length === 0) return [];
  if (merchantIds.length === 1) return [[...items]];
  const rows = await sql.query<{ id: string }>(Prisma.sql`
    SELECT id FROM "Merchant"
    WHERE id = ANY(${merchantIds}::uuid[]) AND "testClockNow" IS NOT NULL`);
  const withTestClock = new Set(rows.map(({ id }) => id));
  const parts = Map.groupBy(items, ({ merchantId }) =>
    withTestClock.has(merchantId) ? merchantId : 'wall clock',
  );
  return [...parts.values()];
}

/**
 * Names the clock that all of a part go by, without asking: parts of one name may share a transaction.
 *
 * @returns null where that is not known.
 */
export function clockOf(
  billing: Pick<Billing, 'database'>,
  part: readonly { merchantId: string }[],
): string | null {
  if (part.every(({ merchantId }) => isKnownLive(billing, merchantId))) return 'wall clock';
  const merchantIds = new Set(part.map(({ merchantId }) => merchantId));
  return merchantIds.size === 1 ? part[0]!.merchantId : null;
}

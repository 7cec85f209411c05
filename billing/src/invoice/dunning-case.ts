/**
 * The record of an invoice that failed, for recovery figures: opened at its first failure (see
 * record-failed-collection.ts), recovered when it is paid after all (see
 * record-collected-invoices.ts), lost when it is given up.
 */
import type { Prisma, Transaction } from '@4geeks/prisma';

/**
 * Nothing will be collected any more (ended, voided, uncollectible). What is decided already stays
 * as it was; what was to be lost later is lost now.
 */
export async function loseDunningCases(
  database: Transaction,
  where: Prisma.DunningCaseWhereInput,
  lostAt: Date,
): Promise<void> {
  await database.dunningCase.updateMany({
    where: {
      AND: [where, { recoveredAt: null }, { OR: [{ lostAt: null }, { lostAt: { gt: lostAt } }] }],
    },
    data: { lostAt },
  });
}

/**
 * The record of an invoice that failed, for recovery figures: opened at its first failure (see
 * record-failed-collection.ts), recovered when it is paid after all, lost when it is given up.
 */
import type { Payment, Prisma, Transaction } from '@4geeks/prisma';

/** The invoice of `payment` is paid. One that never failed has no case. */
export async function recoverDunningCase(
  database: Transaction,
  { invoiceId, trigger, attemptNumber }: Pick<Payment, 'invoiceId' | 'trigger' | 'attemptNumber'>,
  recoveredAt: Date,
): Promise<void> {
  await database.dunningCase.updateMany({
    where: { invoiceId },
    data: {
      recoveredAt,
      recoveredBy: trigger,
      recoveredAttempt: attemptNumber,
      // Given up too early.
      lostAt: null,
    },
  });
}

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

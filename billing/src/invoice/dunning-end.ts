/**
 * When dunning of an invoice ends. Its case says so ahead of time (`lostAt`); while the invoice's
 * next step is at that very instant, the step is not a retry but the policy's final action.
 */
import type { DunningCase, Invoice } from '@4geeks/prisma';

/** Whether the schedule is used up and what comes next is the final action. */
export function isInGrace(
  { nextAttemptAt }: Pick<Invoice, 'nextAttemptAt'>,
  dunningCase: Pick<DunningCase, 'lostAt'> | null,
): boolean {
  return nextAttemptAt !== null && dunningCase?.lostAt?.getTime() === nextAttemptAt.getTime();
}

/** The next scheduled retry; null when none is planned, in grace too. */
export function nextRetryAt(
  invoice: Pick<Invoice, 'nextAttemptAt'>,
  dunningCase: Pick<DunningCase, 'lostAt'> | null,
): Date | null {
  return isInGrace(invoice, dunningCase) ? null : invoice.nextAttemptAt;
}

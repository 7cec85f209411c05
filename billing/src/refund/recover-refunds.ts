import type { Refund } from '@4geeks/prisma';
import type { Billing } from '../ports.ts';
import { SweepFailures } from '../sweep.ts';
import { hasTestClock } from '../test-clock/due-scope.ts';
import { recoverRefund } from './send-refund.ts';

const batchSize = 100;

/**
 * Settles refunds whose outcome is unknown (a process killed, a gateway that timed out) by asking
 * the gateway about their keys, found by index.
 *
 * @param merchantId absent: everybody's that had time enough; else all of this one's.
 * @returns how many were settled.
 * @throws AggregateError after the others are done, where some could not be settled.
 */
export async function recoverRefunds(billing: Billing, merchantId?: string): Promise<number> {
  const horizon = new Date(billing.clock.now().getTime() - billing.paymentRecoverySeconds * 1000);
  const failures = new SweepFailures();
  let settled = 0;
  let after: { createdAt: Date; id: string } | null = null;
  for (;;) {
    const pending: Refund[] = await billing.database.refund.findMany({
      where: {
        status: 'PENDING',
        AND: [
          merchantId
            ? { merchantId }
            : { OR: [{ createdAt: { lte: horizon } }, { payment: { customer: hasTestClock } }] },
          after
            ? {
                OR: [
                  { createdAt: { gt: after.createdAt } },
                  { createdAt: after.createdAt, id: { gt: after.id } },
                ],
              }
            : {},
        ],
      },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      take: batchSize,
    });
    for (const refund of pending) {
      try {
        if ((await recoverRefund(billing, refund)) !== 'unknown') settled += 1;
      } catch (error) {
        failures.add(error);
      }
    }
    after = pending.at(-1) ?? null;
    if (pending.length < batchSize) break;
  }
  failures.throwIfAny();
  return settled;
}

import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { ConflictError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { advanceJob } from './advance-test-clocks.ts';
import {
  checkTarget,
  lockTestClock,
  requireSandbox,
  testClockOf,
  type TestClock,
} from './test-clock.ts';

/**
 * Gives a sandbox merchant a test clock, for good: from here on its time stands still until it is
 * advanced. It begins now; asked to begin later, it sets off for that instant, so that what is due on
 * the way happens in order.
 *
 * @param input.at absent: now
 * @throws InvalidInputError CLOCK_BACKWARDS, CLOCK_TOO_FAR
 * @throws ConflictError NOT_A_SANDBOX, CLOCK_STARTED
 */
export async function startTestClock(
  billing: Billing,
  actor: Actor,
  { at = null }: { at?: Date | null | undefined },
): Promise<TestClock> {
  authorize(actor, { staff: 'merchant:write', apiKey: 'merchant:write' });
  const { merchantId } = actor;

  return inTransaction(billing, actor, async ({ database, now, record, enqueue }) => {
    const merchant = await lockTestClock(database, merchantId);
    requireSandbox(merchant);
    if (testClockOf(merchant)) {
      throw new ConflictError('CLOCK_STARTED', 'The merchant has a test clock already.');
    }
    if (at) checkTarget('at', at, now);
    await database.merchant.update({
      where: { id: merchantId },
      data: { testClockNow: now, testClockTarget: at },
    });
    await record({
      merchantId,
      type: 'test_clock.started',
      objectType: 'test_clock',
      objectId: merchantId,
      data: { now: now.toISOString(), target: at?.toISOString() ?? null },
    });
    await enqueue(advanceJob(merchantId));
    return { now, target: at };
  });
}

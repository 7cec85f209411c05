import { authorize } from '../access/rule.ts';
import type { Actor } from '../access/viewer.ts';
import { ConflictError, InvalidInputError } from '../errors.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { advanceJob } from './advance-test-clocks.ts';
import {
  addDuration,
  checkTarget,
  lockTestClock,
  requireSandbox,
  testClockOf,
  type TestClock,
} from './test-clock.ts';

/** Exactly one of the two. */
export interface TestClockAdvance {
  to?: Date | null | undefined;
  /** ISO 8601 duration, by the calendar of the merchant's time zone: `P1M`. */
  by?: string | null | undefined;
}

/**
 * Sets the merchant's test clock going to a later instant. It moves in the background, from one
 * instant at which something is due to the next, and at each everything is done as scheduled before
 * it moves on; subscribers see it move. To the instant it stands at: what is due by now is done.
 *
 * @throws InvalidInputError TARGET_REQUIRED, DURATION_MALFORMED, CLOCK_BACKWARDS, CLOCK_TOO_FAR
 * @throws ConflictError NOT_A_SANDBOX, CLOCK_NOT_STARTED, CLOCK_ADVANCING
 */
export async function requestTestClockAdvance(
  billing: Billing,
  actor: Actor,
  { to, by }: TestClockAdvance,
): Promise<TestClock> {
  authorize(actor, { staff: 'merchant:write', apiKey: 'merchant:write' });
  const { merchantId } = actor;
  if ((to == null) === (by == null)) {
    throw new InvalidInputError('to', 'TARGET_REQUIRED', 'Give an instant or a duration.');
  }

  return inTransaction(billing, actor, async ({ database, record, enqueue }) => {
    const merchant = await lockTestClock(database, merchantId);
    requireSandbox(merchant);
    const clock = testClockOf(merchant);
    if (!clock) throw new ConflictError('CLOCK_NOT_STARTED', 'Start the test clock first.');
    if (clock.target) throw new ConflictError('CLOCK_ADVANCING', 'It is on its way already.');
    const { now } = clock;
    const target = to ?? addDuration(now, by!, merchant.timeZone);
    checkTarget(to ? 'to' : 'by', target, now);
    await database.merchant.update({
      where: { id: merchantId },
      data: { testClockTarget: target },
    });
    await record({
      merchantId,
      type: 'test_clock.advance_requested',
      objectType: 'test_clock',
      objectId: merchantId,
      data: { now: now.toISOString(), target: target.toISOString() },
    });
    await enqueue(advanceJob(merchantId));
    return { now, target };
  });
}

import type { SystemViewer } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';
import { awaitsAnswer, doDueWork, nextDueAt } from './due-work.ts';
import { lockTestClock, testClockOf, type TestClock } from './test-clock.ts';

/** So many in a row, and others get their turn. */
const mostTurns = 50;

/**
 * - `stands`: there is nothing (more) to do.
 * - `soon`: jobs of the merchant run; come back when they are done.
 * - `later`: something failed that is tried again after a while; the sweep comes back.
 */
export type ClockProgress = 'stands' | 'soon' | 'later';

/**
 * Takes a merchant's test clock on its way: does what is due at the instant it stands at, waits until
 * every job that comes of it is done and the gateway has answered, then moves it to the next instant
 * at which something is due, and so on to its target. Everything is done by the ordinary use cases.
 *
 * Never waits itself: it goes as far as it can and says what it waits for. Killed anywhere it goes on
 * from what is written; any number may run at once, for the clock moves under a lock that nobody who
 * works by it holds.
 *
 * @throws AggregateError where something due could not be done; the clock stays where it is
 */
export async function advanceTestClock(
  billing: Billing,
  { merchantId }: { merchantId: string },
): Promise<ClockProgress> {
  for (let turn = 0; turn < mostTurns; turn += 1) {
    const merchant = await billing.database.merchant.findUnique({ where: { id: merchantId } });
    const clock = merchant && testClockOf(merchant);
    if (!clock) return 'stands';
    const unfinished = await billing.unfinishedJobs(billing.database, merchantId);
    if (unfinished !== 'none') return unfinished;
    // The gateway first: a card that has expired meanwhile must not be charged by the time before.
    await billing.gateway.moveTestClock({ merchantId, instant: clock.now });
    if (await doDueWork(billing, merchantId)) continue;
    const step = await moveTestClock(billing, merchantId, clock);
    if (step === 'stands' || step === 'later') return step;
  }
  return 'soon';
}

/**
 * One step: to the next instant at which something is due, or to the target. `changed`: something
 * came up meanwhile, look again.
 */
async function moveTestClock(
  billing: Billing,
  merchantId: string,
  { now, target }: TestClock,
): Promise<'moved' | 'changed' | 'stands' | 'later'> {
  const step = await billing.database.$transaction(async (database) => {
    // Whoever works by this clock shares the row until he has committed, see billing-time.ts. With
    // this lock, what is read is all there is.
    await database.$queryRaw`SELECT id FROM "Merchant" WHERE id = ${merchantId}::uuid FOR UPDATE`;
    const merchant = await database.merchant.findUniqueOrThrow({ where: { id: merchantId } });
    if (
      merchant.testClockNow?.getTime() !== now.getTime() ||
      merchant.testClockTarget?.getTime() !== target?.getTime() ||
      (await billing.unfinishedJobs(database, merchantId)) !== 'none'
    ) {
      return 'changed';
    }
    if (await awaitsAnswer(database, merchantId)) return 'later';
    const due = await nextDueAt(billing, database, merchantId);
    // It was tried just now: somebody else is at it, or it came up in between.
    if (due && due <= now) return 'later';
    if (!target) return 'stands';
    if (target <= now) return 'arrived';
    const instant = due && due < target ? due : target;
    await database.merchant.update({
      where: { id: merchantId },
      data: { testClockNow: instant },
    });
    return 'moved';
  });
  if (step !== 'arrived') return step;
  await recordArrival(billing, merchantId);
  return 'stands';
}

/** At its target, with everything done that is due there. Once, however many come by. */
async function recordArrival(billing: Billing, merchantId: string): Promise<void> {
  const system: SystemViewer = { kind: 'system', merchantId };
  await inTransaction(billing, system, async ({ database, now, record }) => {
    const { testClockTarget } = await lockTestClock(database, merchantId);
    if (!testClockTarget || testClockTarget > now) return;
    await database.merchant.update({
      where: { id: merchantId },
      data: { testClockTarget: null },
    });
    await record({
      merchantId,
      type: 'test_clock.advanced',
      objectType: 'test_clock',
      objectId: merchantId,
      data: { now: now.toISOString() },
    });
  });
}

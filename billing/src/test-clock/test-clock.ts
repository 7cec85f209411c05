/** A merchant's test clock, and the rules for setting it going. */
import type { Merchant, Transaction } from '@4geeks/prisma';
import { ConflictError, InvalidInputError } from '../errors.ts';

/** What a test clock shows. */
export interface TestClock {
  now: Date;
  /** Where it is on its way to; null: it stands. */
  target: Date | null;
}

/** Most that a clock is set going for at once. */
const mostYears = 2;

/** @returns null where the merchant has none. */
export function testClockOf({
  testClockNow,
  testClockTarget,
}: Pick<Merchant, 'testClockNow' | 'testClockTarget'>): TestClock | null {
  return testClockNow && { now: testClockNow, target: testClockTarget };
}

/**
 * Locks the merchant's clock against being started or set going by somebody else. What goes by it
 * goes on.
 */
export async function lockTestClock(database: Transaction, merchantId: string): Promise<Merchant> {
  await database.$queryRaw`
    SELECT id FROM "Merchant" WHERE id = ${merchantId}::uuid FOR NO KEY UPDATE`;
  return database.merchant.findUniqueOrThrow({ where: { id: merchantId } });
}

/**
 * Time goes forward, and not further at once than anybody would want to wait for.
 *
 * @throws InvalidInputError CLOCK_BACKWARDS, CLOCK_TOO_FAR
 */
export function checkTarget(field: string, target: Date, now: Date): void {
  if (target < now) {
    throw new InvalidInputError(field, 'CLOCK_BACKWARDS', 'A test clock goes forward only.');
  }
  const furthest = now.toTemporalInstant().toZonedDateTimeISO('UTC').add({ years: mostYears });
  if (target.getTime() > furthest.epochMilliseconds) {
    throw new InvalidInputError(field, 'CLOCK_TOO_FAR', 'Go two years at a time at most.', {
      mostYears,
    });
  }
}

/**
 * @param duration ISO 8601, by the calendar of `timeZone`: `P1M`, `P14DT12H`
 * @throws InvalidInputError DURATION_MALFORMED
 */
export function addDuration(now: Date, duration: string, timeZone: string): Date {
  try {
    const then = now.toTemporalInstant().toZonedDateTimeISO(timeZone).add(duration);
    return new Date(then.epochMilliseconds);
  } catch {
    throw new InvalidInputError('by', 'DURATION_MALFORMED', 'Give an ISO 8601 duration: P1M.');
  }
}

/** @throws ConflictError NOT_A_SANDBOX */
export function requireSandbox({ mode }: Pick<Merchant, 'mode'>): void {
  if (mode !== 'SANDBOX') {
    throw new ConflictError('NOT_A_SANDBOX', 'Only a sandbox merchant has a test clock.');
  }
}

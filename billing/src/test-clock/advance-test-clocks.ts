import type { SystemViewer } from '../access/viewer.ts';
import type { Job } from '../jobs.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';

/** One waits, however often it is asked for. */
export function advanceJob(merchantId: string): Job {
  return {
    name: 'advance-test-clock',
    payload: { merchantId },
    key: `advance-test-clock:${merchantId}`,
  };
}

/** Lets one test clock go on, by a job. */
export async function keepAdvancing(
  billing: Billing,
  { merchantId }: { merchantId: string },
): Promise<void> {
  const system: SystemViewer = { kind: 'system', merchantId };
  await inTransaction(billing, system, ({ enqueue }) => enqueue(advanceJob(merchantId)));
}

/**
 * Lets every test clock go on that is on its way: those that wait for something that failed, and
 * those whose job was lost. One that is being advanced already gets a job that finds little to do.
 *
 * @returns how many.
 */
export async function advanceTestClocks(billing: Billing): Promise<number> {
  const advancing = await billing.database.merchant.findMany({
    where: { testClockTarget: { not: null } },
    select: { id: true },
  });
  for (const { id } of advancing) await keepAdvancing(billing, { merchantId: id });
  return advancing.length;
}

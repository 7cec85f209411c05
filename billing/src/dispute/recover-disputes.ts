import { addDays } from '../period/period.ts';
import { GatewayFault, type Billing } from '../ports.ts';
import { SweepFailures } from '../sweep.ts';
import { recordDispute, recordDisputeAs } from './record-dispute.ts';

/** So far back the gateway is asked for disputes whose word may have been lost. */
export const lookBackDays = 7;

/**
 * Asks the gateway how every open dispute stands, and for those opened lately: a webhook may be lost.
 *
 * @returns how many were looked at; none where the gateway gives no answer.
 * @throws AggregateError after the others are done, where some could not be recorded.
 */
export async function recoverDisputes(billing: Billing): Promise<number> {
  const failures = new SweepFailures();
  let looked = 0;
  const tryEach = async (work: () => Promise<unknown>) => {
    try {
      await work();
      looked += 1;
    } catch (error) {
      if (!(error instanceof GatewayFault)) failures.add(error);
    }
  };
  await tryEach(async () => {
    const openedSince = addDays(billing.clock.now(), -lookBackDays);
    for (const dispute of await billing.gateway.listDisputes({ openedSince })) {
      await tryEach(() => recordDisputeAs(billing, dispute));
    }
  });
  const open = await billing.database.dispute.findMany({
    where: { status: 'OPEN' },
    orderBy: { openedAt: 'asc' },
    select: { gatewayDisputeId: true },
  });
  for (const dispute of open) await tryEach(() => recordDispute(billing, dispute));
  failures.throwIfAny();
  return looked;
}

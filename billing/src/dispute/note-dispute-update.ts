import type { SystemViewer } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';

/**
 * The gateway says that a dispute of the charge with this key was opened or changed: enqueues asking
 * for it. Unknown keys are ignored.
 */
export async function noteDisputeUpdate(
  billing: Billing,
  { gatewayDisputeId, idempotencyKey }: { gatewayDisputeId: string; idempotencyKey: string },
): Promise<void> {
  const payment = await billing.database.payment.findUnique({ where: { idempotencyKey } });
  if (!payment) return;
  const { merchantId } = payment;
  const system: SystemViewer = { kind: 'system', merchantId };
  await inTransaction(billing, system, ({ enqueue }) =>
    enqueue({
      name: 'record-dispute',
      payload: { merchantId, gatewayDisputeId },
      // Told again before it ran: asked once.
      key: `record-dispute:${gatewayDisputeId}`,
    }),
  );
}

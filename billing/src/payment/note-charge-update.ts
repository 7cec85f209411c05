import type { SystemViewer } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';

/** The gateway says that a charge changed: enqueues asking for it. Unknown keys are ignored. */
export async function noteChargeUpdate(
  billing: Billing,
  { idempotencyKey }: { idempotencyKey: string },
): Promise<void> {
  const payment = await billing.database.payment.findUnique({ where: { idempotencyKey } });
  if (!payment) return;
  const { merchantId } = payment;
  const system: SystemViewer = { kind: 'system', merchantId };
  await inTransaction(billing, system, ({ enqueue }) =>
    enqueue({
      name: 'settle-payment',
      payload: { merchantId, paymentId: payment.id },
      // Told again before it ran: asked once.
      key: `settle-payment:${payment.id}`,
    }),
  );
}

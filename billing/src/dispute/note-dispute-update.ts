import type { Billing } from '../ports.ts';

/** The gateway says that a dispute was opened or changed: enqueues asking for it. */
export async function noteDisputeUpdate(
  billing: Billing,
  { gatewayDisputeId }: { gatewayDisputeId: string },
): Promise<void> {
  await billing.database.$transaction((transaction) =>
    billing.enqueue(transaction, {
      name: 'record-dispute',
      payload: { gatewayDisputeId },
      // Told again before it ran: asked once.
      key: `record-dispute:${gatewayDisputeId}`,
    }),
  );
}

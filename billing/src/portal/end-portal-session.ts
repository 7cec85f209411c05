import { hashSecret } from '../access/secret.ts';
import type { CustomerViewer } from '../access/viewer.ts';
import type { Billing } from '../ports.ts';
import { inTransaction } from '../transaction.ts';

/**
 * Signs the customer out, in every window of the session at once: they hear of the event, look
 * whether they may still listen, and may not. An unknown token is signed out already.
 */
export async function endPortalSession(
  billing: Billing,
  { sessionToken }: { sessionToken: string },
): Promise<void> {
  const tokenHash = hashSecret(billing.hashKey, 'portal-session', sessionToken);
  const session = await billing.database.portalSession.findUnique({ where: { tokenHash } });
  if (!session) return;
  const { id, merchantId, customerId } = session;
  const customer: CustomerViewer = {
    kind: 'customer',
    merchantId,
    customerId,
    portalSessionId: id,
    permissions: new Set(),
    grants: new Set(),
  };
  await inTransaction(billing, customer, async ({ database, record }) => {
    const { count } = await database.portalSession.updateMany({
      where: { id, revokedAt: null },
      data: { revokedAt: billing.clock.now() },
    });
    if (count === 0) return;
    await record({
      merchantId,
      customerId,
      type: 'customer.signed_out',
      objectType: 'customer',
      objectId: customerId,
      data: { portalSessionId: id },
    });
  });
}

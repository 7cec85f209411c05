import { hashSecret } from '../access/secret.ts';
import type { Billing } from '../ports.ts';

/** Signs the customer out. An unknown token is signed out already. */
export async function endPortalSession(
  { database, clock, hashKey }: Pick<Billing, 'database' | 'clock' | 'hashKey'>,
  { sessionToken }: { sessionToken: string },
): Promise<void> {
  await database.portalSession.updateMany({
    where: { tokenHash: hashSecret(hashKey, 'portal-session', sessionToken), revokedAt: null },
    data: { revokedAt: clock.now() },
  });
}
